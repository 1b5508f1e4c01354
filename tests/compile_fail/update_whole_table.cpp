// expect: hawser: update() of a whole table needs hawser::all_rows
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.order_by().update(hawser::set<&account::rank>(1));
#else
    (void)accounts.update(hawser::all_rows, hawser::set<&account::rank>(1));
#endif
}
