// expect: hawser: a member of the entity has a type without a mapping; specialise hawser::type_map for it
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
#ifdef MUST_FAIL
    std::vector<std::string> name;
#else
    std::string name;
#endif
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
