// expect: hawser: deleted_at is not for set<>; use erase and restore
#include "schema.hpp"

namespace app {

struct thing : hawser::soft_deletable {
    std::int64_t id{};
    std::string name;
};
BOOST_DESCRIBE_STRUCT(thing, (hawser::soft_deletable), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

#ifdef MUST_FAIL
const auto& text = app::patch<app::thing>(hawser::set<&app::thing::deleted_at>(std::nullopt));
#else
const auto& text = app::patch<app::thing>(hawser::set<&app::thing::name>("x"));
#endif
