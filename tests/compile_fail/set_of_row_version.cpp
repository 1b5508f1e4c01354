// expect: hawser: row_version is counted by every write; it is not for set<>
#include "schema.hpp"

namespace app {

struct thing : hawser::versioned {
    std::int64_t id{};
    std::string name;
};
BOOST_DESCRIBE_STRUCT(thing, (hawser::versioned), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

#ifdef MUST_FAIL
const auto& text = app::patch<app::thing>(hawser::set<&app::thing::row_version>(7));
#else
const auto& text = app::patch<app::thing>(hawser::set<&app::thing::name>("x"));
#endif
