// expect: hawser: on_conflict<..> names a key that is generated; an insert does not give it
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, account& a) {
#ifdef MUST_FAIL
    (void)accounts.upsert(a, hawser::on_conflict<&account::id>.ignore());
#else
    (void)accounts.upsert(a, hawser::on_conflict<&account::owner>.ignore());
#endif
}
