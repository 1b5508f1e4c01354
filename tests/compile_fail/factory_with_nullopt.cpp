// expect: hawser: with<> of a member that is not optional to nullopt
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/factory.hpp>

void use() {
    const hawser::testing::factory<app::account> accounts;
#ifdef MUST_FAIL
    (void)accounts.with<&app::account::owner>(std::nullopt);
#else
    (void)accounts.with<&app::account::note>(std::nullopt);
#endif
}
