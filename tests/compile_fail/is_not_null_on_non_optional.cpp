// expect: hawser: is_not_null() on a member that is not optional is always true
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::owner>.is_not_null());
#else
    (void)app::select<account>(col<&account::note>.is_not_null());
#endif
}
