// expect: hawser: when() goes with where() only
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::select<account>(hawser::when(true, col<&account::rank> > 3));
#else
    (void)app::select<account>(col<&account::rank> > 3);
#endif
}
