// expect: hawser: set<> takes no aggregate; an update has no groups
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::patch<account>(hawser::set<&account::rank>(hawser::max(col<&account::rank>)));
#else
    (void)app::patch<account>(hawser::set<&account::rank>(col<&account::rank> + 1));
#endif
}
