// expect: hawser: an update sets at least one member
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, account& a) {
#ifdef MUST_FAIL
    (void)accounts.upsert(a, hawser::on_conflict<&account::owner>.update());
#else
    (void)accounts.upsert(a, hawser::on_conflict<&account::owner>.update_all());
#endif
}
