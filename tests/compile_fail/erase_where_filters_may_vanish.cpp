// expect: hawser: erase() of a whole table needs hawser::all_rows
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

void use(hawser::database& db, std::optional<std::int32_t> rank) {
    hawser::repository<account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.where(col<&account::rank>.equals_if(rank)).erase();
#else
    (void)accounts.where(col<&account::rank>.equals_if(rank) && col<&account::id> > 3).erase();
#endif
}
