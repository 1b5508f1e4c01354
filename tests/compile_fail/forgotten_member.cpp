// expect: hawser: a member of the entity is missing in its BOOST_DESCRIBE_STRUCT
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::string name;
#ifdef MUST_FAIL
    std::string forgotten;
#endif
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
