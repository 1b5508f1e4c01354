// expect: hawser: order_by() an aggregate goes with select<> only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
    const auto by_number = accounts.order_by(hawser::count_all().desc());
#ifdef MUST_FAIL
    (void)by_number.all();
#else
    (void)by_number.select<std::int32_t>(col<&account::rank>).group_by(col<&account::rank>).all();
#endif
}
