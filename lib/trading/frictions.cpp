#include "trading/changed.hpp"
#include <hawser/trading/frictions.hpp>

namespace hawser::trading {

task<void> friction_repository::track(friction& row) const {
    return done(upsert(row, on_conflict<&friction::home_id, &friction::away_id>.update_all()));
}

task<std::optional<std::tuple<friction, team, team>>> friction_repository::get_friction(
    std::int64_t home_id, std::int64_t away_id) const {
    return where(col<&friction::home_id> == home_id && col<&friction::away_id> == away_id)
        .include<&friction::home_id>()
        .include<&friction::away_id>()
        .first();
}

} // namespace hawser::trading
