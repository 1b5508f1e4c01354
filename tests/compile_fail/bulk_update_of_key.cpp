// expect: hawser: bulk_update<> finds rows by their key, it does not set it
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows) {
#ifdef MUST_FAIL
    (void)accounts.bulk_update<&account::id>(rows);
#else
    (void)accounts.bulk_update<&account::rank>(rows);
#endif
}
