#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/alert.hpp>
#include <string>
#include <vector>

namespace hawser::trading {

class alert_repository : public repository<alert> {
public:
    using repository::repository;

    // The latest first.
    [[nodiscard]] task<std::vector<alert>> unresolved() const;
    // Marks it resolved now, by the database's clock. False: no such alert, or it was resolved before.
    [[nodiscard]] task<bool> resolve(std::int64_t id, std::string resolution) const;
};

} // namespace hawser::trading
