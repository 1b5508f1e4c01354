// expect: hawser: a fake_repository has no transactions to lock in; use a database in memory
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/fake_repository.hpp>

using app::account;

void use(hawser::testing::fake_repository<account>& accounts) {
#ifdef MUST_FAIL
    (void)accounts.for_update().all();
#else
    (void)accounts.all();
#endif
}
