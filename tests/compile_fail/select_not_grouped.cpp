// expect: hawser: a selected expression is neither in group_by() nor an aggregate
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.select<std::tuple<std::string, std::int64_t>>(col<&account::owner>, hawser::count_all())
        .all();
#else
    (void)accounts.select<std::tuple<std::string, std::int64_t>>(col<&account::owner>, hawser::count_all())
        .group_by(col<&account::owner>)
        .all();
#endif
}
