// expect: hawser: distinct() goes with pluck<> and select<> only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.distinct().count();
#else
    (void)accounts.select<std::int64_t>(hawser::count_distinct(col<&account::rank>)).one();
#endif
}
