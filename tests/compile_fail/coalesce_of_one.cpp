// expect: hawser: coalesce() takes at least two operands
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)hawser::coalesce(col<&account::note>);
#else
    (void)hawser::coalesce(col<&account::note>, "");
#endif
}
