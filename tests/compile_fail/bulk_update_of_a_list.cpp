// expect: hawser: bulk_update takes a span or a vector of entities
#include <hawser/hawser.hpp>
#include <list>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows, std::list<account>& others) {
#ifdef MUST_FAIL
    (void)accounts.bulk_update(others);
    (void)rows;
#else
    (void)accounts.bulk_update(rows);
    (void)others;
#endif
}
