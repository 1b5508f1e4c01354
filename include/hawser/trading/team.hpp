#pragma once
// Who plays.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

// In the schema `quantum`; the natural key is (league, name).
struct team : timestamps {
    std::int64_t id{};
    std::string name;
    std::string league;
    std::optional<double> rating; // strength by the caller's own scale; none: not rated yet
};
BOOST_DESCRIBE_STRUCT(team, (timestamps), (id, name, league, rating))

consteval auto hawser_table(of<team>) {
    return table<team>("teams", primary_key<&team::id>.generated(),
                       unique<&team::league, &team::name>.named("teams_league_name_uq"),
                       validate<&team::name>(not_empty, max_length(100)),
                       validate<&team::league>(not_empty, max_length(100)))
        .in_schema("quantum");
}

} // namespace hawser::trading
