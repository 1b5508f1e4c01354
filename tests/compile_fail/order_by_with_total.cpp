// expect: hawser: order_by() names a column that is neither in group_by() nor in an aggregate
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.order_by(hawser::asc<&account::rank>).select<std::int64_t>(hawser::count_all()).one();
#else
    (void)accounts.select<std::int64_t>(hawser::count_all()).one();
#endif
}
