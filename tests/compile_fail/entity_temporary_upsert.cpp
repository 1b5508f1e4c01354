// expect: hawser: name the entity before co_await upsert(entity)
#include <hawser/hawser.hpp>
#include "schema.hpp"

#if defined(MUST_FAIL) && !(defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13)
#error hawser: name the entity before co_await upsert(entity)
#endif

using app::account;

// Compilers that destroy it once have nothing to refuse.
void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.upsert(account{.owner = "ada", .note = {}}); // not awaited: the complaint stands alone
#else
    account row{.owner = "ada", .note = {}};
    (void)accounts.upsert(row);
#endif
}
