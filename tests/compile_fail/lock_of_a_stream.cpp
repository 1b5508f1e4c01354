// expect: hawser: a stream does not lock; use all() or after()
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.for_update().stream();
#else
    (void)accounts.stream();
#endif
}
