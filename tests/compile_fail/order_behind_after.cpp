// expect: hawser: order_by comes before after()
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::database& db, const account& last) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.order_by(hawser::asc<&account::id>).after(last).order_by(hawser::asc<&account::rank>);
#else
    (void)accounts.order_by(hawser::asc<&account::id>).after(last);
#endif
}
