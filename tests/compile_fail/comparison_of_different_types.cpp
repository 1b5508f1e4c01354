// expect: hawser: the two sides of this expression have different types
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::owner> == col<&account::id>);
#else
    (void)app::select<account>(col<&account::owner> == col<&account::note>);
#endif
}
