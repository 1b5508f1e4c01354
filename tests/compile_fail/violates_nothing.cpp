// expect: hawser: violates<..>() names at least one member
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, const hawser::error& e) {
#ifdef MUST_FAIL
    (void)e.violates<>();
    (void)accounts;
#else
    (void)e.violates<&account::owner>();
    (void)accounts;
#endif
}
