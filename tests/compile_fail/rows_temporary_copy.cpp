// expect: hawser: GCC 12 destroys this range twice; name it before co_await
#include <hawser/hawser.hpp>
#include "schema.hpp"

#if defined(MUST_FAIL) && !(defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13)
#error hawser: GCC 12 destroys this range twice; name it before co_await
#endif

using app::account;

// An aggregate, as a view of the caller's own may be.
struct batch {
    std::vector<account> rows;
    auto begin() { return rows.begin(); }
    auto end() { return rows.end(); }
    auto data() { return rows.data(); }
    auto size() { return rows.size(); }
};

// Compilers that destroy it once have nothing to refuse.
void use(hawser::repository<account> accounts) {
#ifdef MUST_FAIL
    (void)accounts.copy_in(batch{.rows = {}}); // not awaited: the complaint stands alone
#else
    batch named{.rows = {}};
    (void)accounts.copy_in(named);
#endif
}
