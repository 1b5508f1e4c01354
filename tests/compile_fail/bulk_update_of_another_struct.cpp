// expect: hawser: bulk_update<> names a member of another struct
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows) {
#ifdef MUST_FAIL
    (void)accounts.bulk_update<&app::venue::code>(rows);
#else
    (void)accounts.bulk_update<&account::owner>(rows);
#endif
}
