// expect: hawser::references: the other type is no entity
#include "schema.hpp"

namespace app {

struct stray {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(stray, (), (id))

struct thing {
    std::int64_t id{};
    std::string name;
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifdef MUST_FAIL
                                ,
                                hawser::references<&thing::account_id, stray, &stray::id>
#else
                                ,
                                hawser::references<&thing::account_id, account, &account::id>
#endif
                                ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
