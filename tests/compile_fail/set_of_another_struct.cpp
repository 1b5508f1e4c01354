// expect: hawser: set<> names a member of another struct
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::patch<account>(hawser::set<&app::venue::code>("x"));
#else
    (void)app::patch<account>(hawser::set<&account::note>("x"));
#endif
}
