// expect: hawser: a fake_repository has one table and no joins; use a database in memory
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/fake_repository.hpp>

using app::account;

void use(hawser::testing::fake_repository<account>& accounts) {
#ifdef MUST_FAIL
    (void)accounts.join<&account::owner>().count();
#else
    (void)accounts.count();
#endif
}
