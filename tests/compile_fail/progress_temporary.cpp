// expect: hawser: name the progress callback before the call; it is called while the task runs
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, std::vector<account>& rows) {
#ifdef MUST_FAIL
    int calls = 0;
    (void)accounts.bulk_insert(rows, {.progress = [&](std::size_t, std::size_t) { ++calls; }});
#else
    int calls = 0;
    const auto count = [&](std::size_t, std::size_t) { ++calls; };
    (void)accounts.bulk_insert(rows, {.progress = count});
#endif
}
