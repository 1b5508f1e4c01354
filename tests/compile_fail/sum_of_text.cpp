// expect: hawser: sum() is for numbers
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::sum(col<&account::owner>);
#else
    (void)hawser::sum(col<&account::rank>);
#endif
}
