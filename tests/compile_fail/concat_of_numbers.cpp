// expect: hawser: concat() is for text
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::concat(col<&account::rank>, 3);
#else
    (void)hawser::concat(col<&account::owner>, "x");
#endif
}
