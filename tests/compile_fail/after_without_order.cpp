// expect: hawser: after() goes on where order_by(..) left off
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::database& db, const account& last) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.limit(3).after(last);
#else
    (void)accounts.order_by(hawser::asc<&account::id>).limit(3).after(last);
#endif
}
