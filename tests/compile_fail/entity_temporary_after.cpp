// expect: hawser: name the row before co_await ..after(row)
#include <hawser/hawser.hpp>
#include "schema.hpp"

#if defined(MUST_FAIL) && !(defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13)
#error hawser: name the row before co_await ..after(row)
#endif

using app::account;

// Compilers that destroy it once have nothing to refuse.
void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.order_by(hawser::asc<&account::id>)
        .after(account{.owner = "ada", .note = {}})
        .all(); // not awaited: the complaint stands alone
#else
    const account last{.owner = "ada", .note = {}};
    (void)accounts.order_by(hawser::asc<&account::id>).after(last).all();
#endif
}
