// expect: hawser: arithmetic is for numbers
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::owner> + "x" == "y");
#else
    (void)app::select<account>(col<&account::rank> + 1 == 2);
#endif
}
