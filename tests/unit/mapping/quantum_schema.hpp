#pragma once
// Entities of a schema of their own, with all mixins.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/mixins.hpp>
#include <hawser/mapping/table.hpp>
#include <optional>
#include <string>

namespace quantum {

// Written by people who say who they are, counted, dated, and never really gone.
struct team : hawser::timestamps, hawser::versioned, hawser::audited, hawser::soft_deletable {
    std::int64_t id{};
    std::string name;
    std::optional<std::int64_t> parent_id;
};
BOOST_DESCRIBE_STRUCT(team, (hawser::timestamps, hawser::versioned, hawser::audited, hawser::soft_deletable),
                      (id, name, parent_id))
consteval auto hawser_table(hawser::of<team>) {
    return hawser::table<team>("teams", hawser::primary_key<&team::id>.generated(),
                               hawser::unique<&team::name>, hawser::index<&team::parent_id>,
                               hawser::references<&team::parent_id, team>)
        .in_schema("quantum");
}

// A natural key, and nothing that a write adds but the mark of the deleted.
struct badge : hawser::soft_deletable {
    std::string code;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(badge, (hawser::soft_deletable), (code, text))
consteval auto hawser_table(hawser::of<badge>) {
    return hawser::table<badge>("badges", hawser::primary_key<&badge::code>);
}

} // namespace quantum
