// expect: hawser: with_deleted() of a query without a soft-deletable table
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

struct badge : hawser::soft_deletable {
    std::int64_t id{};
    std::int64_t owner_id{};
};
BOOST_DESCRIBE_STRUCT(badge, (hawser::soft_deletable), (id, owner_id))
consteval auto hawser_table(hawser::of<badge>) {
    return hawser::table<badge>("badges", hawser::primary_key<&badge::id>.generated(),
                                hawser::references<&badge::owner_id, account>);
}

void use(hawser::repository<account> accounts, hawser::repository<badge> badges) {
#ifdef MUST_FAIL
    (void)accounts.where(col<&account::rank> > 1).with_deleted().all();
#else
    (void)accounts.where(col<&account::rank> > 1).all();
    (void)badges.include<&badge::owner_id>().with_deleted().all();
#endif
}
