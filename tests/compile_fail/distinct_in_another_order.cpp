// expect: hawser: distinct values can be ordered by themselves only
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.distinct().order_by(hawser::asc<&account::id>).pluck<&account::rank>();
#else
    (void)accounts.distinct().order_by(hawser::asc<&account::rank>).pluck<&account::rank>();
#endif
}
