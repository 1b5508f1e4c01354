#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/team.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

// A thousand teams at once: bulk_insert, bulk_upsert.
class team_repository : public repository<team> {
public:
    using repository::repository;

    [[nodiscard]] task<std::optional<team>> by_name(std::string league, std::string name) const;
    // By name, at most `limit`.
    [[nodiscard]] task<std::vector<team>> by_league(std::string league, std::int64_t limit = 100) const;
};

} // namespace hawser::trading
