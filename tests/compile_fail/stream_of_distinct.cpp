// expect: hawser: distinct() goes with pluck<> and select<> only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.distinct().stream();
#else
    (void)accounts.distinct().select<std::int32_t>(col<&account::rank>).stream();
#endif
}
