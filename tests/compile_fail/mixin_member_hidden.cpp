// expect: hawser: a member of the entity has the name of a mixin's member and hides it
#include "schema.hpp"

namespace app {

struct thing : hawser::soft_deletable {
    std::int64_t id{};
#ifdef MUST_FAIL
    std::optional<hawser::timestamp> deleted_at;
#else
    std::optional<hawser::timestamp> erased_at;
#endif
};
#ifdef MUST_FAIL
BOOST_DESCRIBE_STRUCT(thing, (hawser::soft_deletable), (id, deleted_at))
#else
BOOST_DESCRIBE_STRUCT(thing, (hawser::soft_deletable), (id, erased_at))
#endif
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
