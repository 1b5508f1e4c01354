// expect: hawser: min() and max() are not for bool
#include "schema.hpp"

using app::account;
using hawser::col;

struct switched {
    bool on{};
};

void use() {
#ifdef MUST_FAIL
    (void)hawser::max(col<&switched::on>);
#else
    (void)hawser::max(col<&account::rank>);
#endif
}
