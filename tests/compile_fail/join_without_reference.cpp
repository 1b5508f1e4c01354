// expect: hawser: join<> and include<> go along a member that hawser::references<..> declares
#include <hawser/hawser.hpp>
#include "schema.hpp"

namespace app {
struct badge {
    std::int64_t id{};
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(badge, (), (id, account_id))
consteval auto hawser_table(hawser::of<badge>) {
    return hawser::table<badge>("badges", hawser::primary_key<&badge::id>.generated(),
                                hawser::references<&badge::account_id, account>);
}
} // namespace app

void use(hawser::database& db) {
    hawser::repository<app::badge> badges{db};
#ifdef MUST_FAIL
    (void)badges.join<&app::badge::id>().count();
#else
    (void)badges.join<&app::badge::account_id>().count();
#endif
}
