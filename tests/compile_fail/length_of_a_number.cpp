// expect: hawser: length() is for text
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::length(col<&account::rank>);
#else
    (void)hawser::length(col<&account::owner>);
#endif
}
