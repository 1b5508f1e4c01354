// expect: hawser: after() needs an order that ends in a unique key
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::database& db, const account& last) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.order_by(hawser::asc<&account::rank>).after(last);
#else
    (void)accounts.order_by(hawser::asc<&account::rank>, hawser::asc<&account::owner>).after(last);
#endif
}
