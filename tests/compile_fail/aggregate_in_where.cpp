// expect: hawser: an aggregate belongs into having(), not into where()
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(hawser::sum(col<&account::rank>) > 3);
#else
    (void)app::select<account>(col<&account::rank> > 3);
#endif
}
