// expect: hawser: select<>() does not lock
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.for_update().select<std::int64_t>(col<&account::id>).all();
#else
    (void)accounts.query().select<std::int64_t>(col<&account::id>).all();
#endif
}
