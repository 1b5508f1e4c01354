// expect: hawser: after() is given twice
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts, const account& last) {
#ifdef MUST_FAIL
    (void)accounts.order_by(hawser::asc<&account::id>).after(last).after(last).all();
#else
    (void)accounts.order_by(hawser::asc<&account::id>).after(last).all();
#endif
}
