// expect: hawser: avg() is for numbers
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::avg(col<&account::note>);
#else
    (void)hawser::avg(col<&account::rank>);
#endif
}
