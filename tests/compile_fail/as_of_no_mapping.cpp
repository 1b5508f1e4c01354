// expect: hawser: as<>() of a type without a mapping; specialise hawser::type_map for it
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, const hawser::value& v) {
#ifdef MUST_FAIL
    (void)v.as<account>();
    (void)accounts;
#else
    (void)v.as<std::string>();
    (void)accounts;
#endif
}
