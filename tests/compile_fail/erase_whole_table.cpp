// expect: hawser: erase() of a whole table needs hawser::all_rows
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.order_by().erase();
#else
    (void)accounts.erase(hawser::all_rows);
#endif
}
