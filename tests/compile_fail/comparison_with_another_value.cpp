// expect: hawser: this value cannot become a value of the column's type
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::id> == "1");
#else
    (void)app::select<account>(col<&account::id> == 1);
#endif
}
