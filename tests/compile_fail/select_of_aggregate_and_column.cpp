// expect: hawser: a selected expression is neither in group_by() nor an aggregate
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.select<std::optional<std::int32_t>>(hawser::max(col<&account::rank>) + col<&account::rank>)
        .all();
#else
    (void)accounts.select<std::optional<std::int32_t>>(hawser::max(col<&account::rank>) + 1).all();
#endif
}
