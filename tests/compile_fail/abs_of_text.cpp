// expect: hawser: abs() is for numbers
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::abs(col<&account::owner>);
#else
    (void)hawser::abs(col<&account::rank>);
#endif
}
