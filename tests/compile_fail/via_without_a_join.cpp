// expect: hawser: via<> names a member along which the query does not join
#include "joined_schema.hpp"

using app::account;
using app::order;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    app::write(hawser::via<&account::id>(col<&account::owner>));
#else
    app::write(hawser::via<&order::buyer>(col<&account::owner>));
#endif
}
