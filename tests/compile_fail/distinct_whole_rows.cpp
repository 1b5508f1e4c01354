// expect: hawser: distinct() goes with pluck<> and select<> only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.distinct().all();
#else
    (void)accounts.distinct().pluck<&account::rank>();
#endif
}
