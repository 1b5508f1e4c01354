// expect: hawser: hawser_table(of<entity>) describes another entity
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))
consteval auto hawser_table(hawser::of<thing>) {
#ifdef MUST_FAIL
    return hawser::table<account>("things", hawser::primary_key<&thing::id>);
#else
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
#endif
}

} // namespace app

static_assert(app::checked<app::thing>);
