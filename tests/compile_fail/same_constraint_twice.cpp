// expect: hawser: two constraints or indexes of the entity have the same name
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
                                hawser::unique<&thing::name>,
                                hawser::index<&thing::account_id>.named("things_name_key"),
#else
                                hawser::unique<&thing::name>,
                                hawser::index<&thing::account_id>.named("things_name_idx"),
#endif
                                hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
