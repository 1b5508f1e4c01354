// expect: hawser: an entity has exactly one hawser::primary_key<..>
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
                                hawser::primary_key<&thing::name>,
#endif
                                hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
