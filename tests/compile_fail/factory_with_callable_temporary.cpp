// expect: hawser: name the callable of with<..>() before co_await; GCC 12 destroys a temporary twice
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/factory.hpp>

#if defined(MUST_FAIL) && !(defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13)
#error hawser: name the callable of with<..>() before co_await; GCC 12 destroys a temporary twice
#endif

// Compilers that destroy it once have nothing to refuse.
void use(const std::string& name) {
    const hawser::testing::factory<app::account> accounts;
    const auto numbered = [name](std::size_t i) { return name + std::to_string(i); };
#ifdef MUST_FAIL
    (void)accounts.with<&app::account::owner>([name](std::size_t i) { return name + std::to_string(i); });
#else
    (void)accounts.with<&app::account::owner>(numbered);
    (void)accounts.with<&app::account::owner>([](std::size_t i) { return std::to_string(i); });
#endif
}
