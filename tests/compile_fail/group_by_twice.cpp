// expect: hawser: group_by() is given twice
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.select<std::int64_t>(hawser::count_all())
        .group_by(col<&account::rank>)
        .group_by(col<&account::owner>)
        .all();
#else
    (void)accounts.select<std::int64_t>(hawser::count_all())
        .group_by(col<&account::rank>, col<&account::owner>)
        .all();
#endif
}
