// expect: hawser: GCC 12 destroys this lambda's captures twice; name it before co_await, or capture by reference
#include <hawser/hawser.hpp>
#include "schema.hpp"

#if defined(MUST_FAIL) && !(defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13)
#error hawser: GCC 12 destroys this lambda's captures twice; name it before co_await, or capture by reference
#endif

// Compilers that destroy it once have nothing to refuse.
hawser::task<> use(hawser::database db) {
    hawser::repository<app::account> accounts{db};
    std::string captured = "text";
    (void)captured;
#ifdef MUST_FAIL
    co_await db.transaction([captured](hawser::transaction&) -> hawser::task<> { co_return; });
#else
    auto body = [captured](hawser::transaction&) -> hawser::task<> { co_return; };
    co_await db.transaction(body);
    co_await db.transaction([&](hawser::transaction&) -> hawser::task<> { co_return; });
#endif
}
