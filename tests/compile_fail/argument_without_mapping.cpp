// expect: hawser: an argument has a type without a mapping; specialise hawser::type_map for it
#include <hawser/hawser.hpp>
#include "schema.hpp"

void use(hawser::database& db) {
#ifdef MUST_FAIL
    (void)db.execute<"delete from accounts where id = $1">(std::vector<app::account>{});
#else
    (void)db.execute<"delete from accounts where id = $1">(1);
#endif
}
