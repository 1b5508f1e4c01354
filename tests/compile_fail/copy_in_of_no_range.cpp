// expect: hawser: copy_in takes a range of entities
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows, account& one) {
#ifdef MUST_FAIL
    (void)accounts.copy_in(one);
    (void)rows;
#else
    (void)accounts.copy_in(rows);
    (void)one;
#endif
}
