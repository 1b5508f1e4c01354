// expect: hawser: excluded<> is for on_conflict<..>.update(..)
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.where(col<&account::rank> > hawser::excluded<&account::rank>).all();
#else
    (void)accounts.where(col<&account::rank> > 1).all();
#endif
}
