// expect: hawser: name the entity before co_await insert(entity); its key is written back
#include <hawser/hawser.hpp>
#include "schema.hpp"

#if defined(MUST_FAIL) && !(defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13)
#error hawser: name the entity before co_await insert(entity); its key is written back
#endif

// Compilers that destroy it once have nothing to refuse.
hawser::task<> use(hawser::database db) {
    hawser::repository<app::account> accounts{db};
#ifdef MUST_FAIL
    (void)accounts.insert(
        app::account{.owner = "ada", .note = {}}); // not awaited: the complaint stands alone
#else
    app::account row{.owner = "ada", .note = {}};
    co_await accounts.insert(row);
#endif
}
