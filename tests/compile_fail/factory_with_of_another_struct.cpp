// expect: hawser: with<> names a member of another struct
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/factory.hpp>

void use() {
    const hawser::testing::factory<app::account> accounts;
#ifdef MUST_FAIL
    (void)accounts.with<&app::venue::code>("XNAS");
#else
    (void)accounts.with<&app::account::owner>("ann");
#endif
}
