// expect: hawser: of_table<> names an entity that the query does not join
#include "joined_schema.hpp"

using app::account;
using app::order;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    app::write(hawser::of_table<app::venue>(col<&app::venue::code>));
#else
    app::write(hawser::of_table<order>(col<&order::buyer>));
#endif
}
