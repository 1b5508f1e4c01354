// expect: hawser: pluck<> names a member of another struct
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, int) {
#ifdef MUST_FAIL
    (void)accounts.pluck<&app::venue::code>();
#else
    (void)accounts.pluck<&account::owner>();
#endif
}
