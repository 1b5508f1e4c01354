// expect: hawser: join<> and include<> name a member of the query's entity, or of one joined before
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

namespace app {

struct leg {
    std::int64_t id{};
    std::int64_t account_id{};
    std::string text;
};
BOOST_DESCRIBE_STRUCT(leg, (), (id, account_id, text))
consteval auto hawser_table(hawser::of<leg>) {
    return hawser::table<leg>("legs", hawser::primary_key<&leg::id>,
                              hawser::references<&leg::account_id, account>);
}

} // namespace app

using app::leg;

void use(hawser::repository<leg> legs) {
#ifdef MUST_FAIL
    (void)legs.join<&account::id>().all();
#else
    (void)legs.join<&leg::account_id>().all();
#endif
}
