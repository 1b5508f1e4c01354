#include <hawser/trading/teams.hpp>

namespace hawser::trading {

task<std::optional<team>> team_repository::by_name(std::string league, std::string name) const {
    return where(col<&team::league> == std::move(league) && col<&team::name> == std::move(name)).first();
}

task<std::vector<team>> team_repository::by_league(std::string league, std::int64_t limit) const {
    return where(col<&team::league> == std::move(league)).order_by(asc<&team::name>).limit(limit).all();
}

} // namespace hawser::trading
