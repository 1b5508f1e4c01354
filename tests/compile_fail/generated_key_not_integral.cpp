// expect: hawser: a generated key is one integral member
#include "schema.hpp"

namespace app {

struct thing {
#ifdef MUST_FAIL
    std::string id;
#else
    std::int64_t id{};
#endif
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>.generated());
}

} // namespace app

static_assert(app::checked<app::thing>);
