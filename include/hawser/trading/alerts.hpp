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

    // Lists begin with the latest.
    [[nodiscard]] task<std::vector<alert>> unresolved() const;
    // Of this severity, resolved or not.
    [[nodiscard]] task<std::vector<alert>> by_severity(alert_severity severity,
                                                       std::int64_t limit = 100) const;
    // Marks it resolved now, by the database's clock. False: no such alert, or it was resolved before.
    [[nodiscard]] task<bool> resolve(std::int64_t id, std::string resolution) const;
};

} // namespace hawser::trading
