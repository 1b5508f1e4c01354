// expect: hawser: like(), starts_with() and contains() are for text columns
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)col<&account::rank>.like("1%");
#else
    (void)col<&account::owner>.like("a%");
#endif
}
