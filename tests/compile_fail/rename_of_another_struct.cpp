// expect: hawser: a fact of the entity names a member of another struct
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
                                hawser::rename<&account::note>("remark"),
#else
                                hawser::rename<&thing::name>("title"),
#endif
                                hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
