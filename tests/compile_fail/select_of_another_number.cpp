// expect: hawser: select<Row>() takes one expression for each member of Row
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.select<std::tuple<std::string, int>>(col<&account::owner>).all();
#else
    (void)accounts.select<std::tuple<std::string, int>>(col<&account::owner>, col<&account::rank>).all();
#endif
}
