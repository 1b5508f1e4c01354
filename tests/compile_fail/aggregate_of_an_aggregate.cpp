// expect: hawser: an aggregate of an aggregate
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::sum(hawser::max(col<&account::rank>));
#else
    (void)hawser::sum(col<&account::rank>);
#endif
}
