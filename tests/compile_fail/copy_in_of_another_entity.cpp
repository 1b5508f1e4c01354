// expect: hawser: copy_in takes a range of the repository's entity
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows, std::vector<app::venue>& others) {
#ifdef MUST_FAIL
    (void)accounts.copy_in(others);
    (void)rows;
#else
    (void)accounts.copy_in(rows);
    (void)others;
#endif
}
