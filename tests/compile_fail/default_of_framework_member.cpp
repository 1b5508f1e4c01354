// expect: hawser::default_: the engine or the framework gives this member its value
#include "schema.hpp"

namespace app {

struct thing : hawser::versioned {
    std::int64_t id{};
    std::string name;
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(thing, (hawser::versioned), (id, name, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifdef MUST_FAIL
                                hawser::default_<&thing::row_version>(2),
#else
                                hawser::default_<&thing::account_id>(2),
#endif
                                hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
