// expect: hawser::default_: the value is of another type than the member
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::string name;
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifdef MUST_FAIL
                                hawser::default_<&thing::name>(1),
#else
                                hawser::default_<&thing::name>("x"),
#endif
                                hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
