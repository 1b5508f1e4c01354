// expect: hawser: with<> takes a value of the member, a range of them or a callable
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/factory.hpp>

void use() {
    const hawser::testing::factory<app::account> accounts;
#ifdef MUST_FAIL
    (void)accounts.with<&app::account::owner>(app::venue{});
#else
    (void)accounts.with<&app::account::owner>(std::vector<std::string>{"ann", "bob"});
#endif
}
