// expect: hawser: an expression of select<Row>() may be NULL
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.select<std::string>(col<&account::note>).all();
#else
    (void)accounts.select<std::optional<std::string>>(col<&account::note>).all();
#endif
}
