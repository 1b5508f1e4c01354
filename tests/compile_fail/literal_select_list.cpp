// expect: hawser: the number of selected columns differs from the members of the row type
#include <hawser/hawser.hpp>
#include "schema.hpp"

void use(hawser::database& db) {
#ifdef MUST_FAIL
    (void)db.query<std::tuple<std::int64_t, std::string>, "select id from accounts">();
#else
    (void)db.query<std::tuple<std::int64_t, std::string>, "select id, owner from accounts">();
#endif
}
