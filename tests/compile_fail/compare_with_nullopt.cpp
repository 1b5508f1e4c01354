// expect: use is_null() or is_not_null()
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::note> == std::nullopt);
#else
    (void)app::select<account>(col<&account::note>.is_null());
#endif
}
