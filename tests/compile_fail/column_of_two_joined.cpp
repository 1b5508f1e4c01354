// expect: hawser: several joined tables have this column
#include "joined_schema.hpp"

using app::account;
using app::order;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    app::write(col<&account::owner>);
#else
    app::write(hawser::via<&order::buyer>(col<&account::owner>));
#endif
}
