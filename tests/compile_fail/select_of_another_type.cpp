// expect: hawser: an expression of select<Row>() has another type than the member of Row
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.select<int>(col<&account::owner>).all();
#else
    (void)accounts.select<int>(col<&account::rank>).all();
#endif
}
