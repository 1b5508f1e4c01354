// expect: hawser: coalesce() of a first operand that is never NULL
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(hawser::coalesce(col<&account::owner>, "none") == "none");
#else
    (void)app::select<account>(hawser::coalesce(col<&account::note>, "none") == "none");
#endif
}
