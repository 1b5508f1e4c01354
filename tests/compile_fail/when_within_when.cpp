// expect: hawser: when() within when()
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts, bool by_owner) {
#ifdef MUST_FAIL
    (void)accounts.where(hawser::when(by_owner, hawser::when(by_owner, col<&account::owner> == "x"))).all();
#else
    (void)accounts.where(hawser::when(by_owner, col<&account::owner> == "x")).all();
#endif
}
