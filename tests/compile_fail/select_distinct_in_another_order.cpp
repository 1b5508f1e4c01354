// expect: hawser: distinct rows can be ordered by what is selected only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.select<std::string>(col<&account::owner>)
        .distinct()
        .order_by(hawser::asc<&account::rank>)
        .all();
#else
    (void)accounts.select<std::string>(col<&account::owner>)
        .distinct()
        .order_by(hawser::asc<&account::owner>)
        .all();
#endif
}
