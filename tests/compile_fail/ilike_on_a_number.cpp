// expect: hawser: ilike() is for text columns
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::id>.ilike("a%"));
#else
    (void)app::select<account>(col<&account::owner>.ilike("a%"));
#endif
}
