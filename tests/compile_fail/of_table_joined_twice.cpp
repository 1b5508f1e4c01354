// expect: hawser: of_table<> names an entity that is joined several times
#include "joined_schema.hpp"

using app::account;
using app::order;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    app::write(hawser::of_table<account>(col<&account::owner>));
#else
    app::write(hawser::of_table<order>(col<&order::buyer>));
#endif
}
