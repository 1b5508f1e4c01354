// expect: nothing is equal to an empty optional
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(col<&account::note> == std::optional<std::string>("x"));
#else
    (void)app::select<account>(col<&account::note>.is_not_distinct_from(std::optional<std::string>("x")));
#endif
}
