// expect: hawser: created_by, updated_by and change_reason are not for set<>; use db.with({.actor = ..})
#include "schema.hpp"

namespace app {

struct thing : hawser::audited {
    std::int64_t id{};
    std::string name;
};
BOOST_DESCRIBE_STRUCT(thing, (hawser::audited), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

#ifdef MUST_FAIL
const auto& text = app::patch<app::thing>(hawser::set<&app::thing::created_by>("me"));
#else
const auto& text = app::patch<app::thing>(hawser::set<&app::thing::name>("x"));
#endif
