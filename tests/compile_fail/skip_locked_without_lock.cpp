// expect: hawser: skip_locked() and nowait() come behind for_update() or for_share()
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.limit(1).skip_locked();
#else
    (void)accounts.limit(1).for_update().skip_locked();
#endif
}
