// expect: hawser: having() names a column that is neither in group_by() nor in an aggregate
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.select<std::tuple<std::string, std::int64_t>>(col<&account::owner>, hawser::count_all())
        .group_by(col<&account::owner>)
        .having(col<&account::rank> > 1)
        .all();
#else
    (void)accounts.select<std::tuple<std::string, std::int64_t>>(col<&account::owner>, hawser::count_all())
        .group_by(col<&account::owner>)
        .having(col<&account::owner> > "B" && hawser::max(col<&account::rank>) > 1)
        .all();
#endif
}
