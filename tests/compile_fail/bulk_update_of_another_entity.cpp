// expect: hawser: bulk_update takes rows of the repository's entity
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows, std::vector<app::venue>& others) {
#ifdef MUST_FAIL
    (void)accounts.bulk_update(others);
    (void)rows;
#else
    (void)accounts.bulk_update(rows);
    (void)others;
#endif
}
