// expect: hawser: erase() of a whole table needs hawser::all_rows
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/fake_repository.hpp>

using app::account;

void use(hawser::testing::fake_repository<account>& accounts) {
#ifdef MUST_FAIL
    (void)accounts.query().erase();
#else
    (void)accounts.erase(hawser::all_rows);
#endif
}
