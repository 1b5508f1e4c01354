// expect: hawser: order_by, limit and offset go with all(), first() and one() only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.where(col<&account::rank> > 1).order_by(hawser::asc<&account::id>).count();
#else
    (void)accounts.where(col<&account::rank> > 1).count();
#endif
}
