// expect: hawser: rows become described structs, mapped types, optionals of them, or tuples
#include <hawser/hawser.hpp>
#include "schema.hpp"

void use(hawser::database& db) {
#ifdef MUST_FAIL
    (void)db.query<std::vector<int>, "select id from accounts">();
#else
    (void)db.query<std::int64_t, "select id from accounts">();
#endif
}
