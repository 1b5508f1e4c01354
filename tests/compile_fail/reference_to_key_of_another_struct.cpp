// expect: hawser::references: the key it points to is no member of the other entity
#include "schema.hpp"

namespace app {

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
                                hawser::references<&thing::account_id, account, &thing::id>
#else
                                ,
                                hawser::references<&thing::account_id, account, &account::id>
#endif
                                ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
