// expect: hawser: on_conflict<..> names neither the primary key nor a declared hawser::unique<..>
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::database& db, account& a) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.upsert(a, hawser::on_conflict<&account::rank>.ignore());
#else
    (void)accounts.upsert(a, hawser::on_conflict<&account::owner>.ignore());
#endif
}
