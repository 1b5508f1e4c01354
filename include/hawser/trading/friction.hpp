#pragma once
// How hard two teams make it for each other.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/team.hpp>
#include <optional>

namespace hawser::trading {

// In the schema `quantum`; the natural key is (home_id, away_id): the same two at the other's ground are another
// friction.
struct friction : timestamps {
    std::int64_t id{};
    std::int64_t home_id{};
    std::int64_t away_id{};
    double score{};                    // 0, none, to 1, all that there can be
    std::optional<double> confidence;  // 0 to 1; none: not known
    std::int64_t matches{};            // how many the score was made from
    std::optional<timestamp> measured; // when it was made
};
BOOST_DESCRIBE_STRUCT(friction, (timestamps), (id, home_id, away_id, score, confidence, matches, measured))

consteval auto hawser_table(of<friction>) {
    return table<friction>(
               "friction", primary_key<&friction::id>.generated(),
               unique<&friction::home_id, &friction::away_id>.named("friction_home_away_uq"),
               references<&friction::home_id, team>.on_delete(cascade).named("friction_home_id_fk"),
               references<&friction::away_id, team>.on_delete(cascade).named("friction_away_id_fk"),
               index<&friction::away_id>.named("idx_friction_away_id"),
               check("friction_two_teams", col<&friction::home_id> != col<&friction::away_id>),
               check("friction_matches_not_negative", col<&friction::matches> >= 0),
               validate<&friction::score>(range(0.0, 1.0)), validate<&friction::confidence>(range(0.0, 1.0)))
        .in_schema("quantum");
}

} // namespace hawser::trading
