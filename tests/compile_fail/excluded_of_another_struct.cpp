// expect: hawser: excluded<> names a member of another struct
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, account& a) {
#ifdef MUST_FAIL
    (void)accounts.upsert(a, hawser::on_conflict<&account::owner>.update(
                                 hawser::set<&account::owner>(hawser::excluded<&app::venue::code>)));
#else
    (void)accounts.upsert(a, hawser::on_conflict<&account::owner>.update(
                                 hawser::set<&account::owner>(hawser::excluded<&account::owner>)));
#endif
}
