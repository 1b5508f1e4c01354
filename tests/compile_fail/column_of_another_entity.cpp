// expect: hawser: this column does not belong to the entity of the query
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&app::venue::code> == "x");
#else
    (void)app::select<account>(col<&account::owner> == "x");
#endif
}
