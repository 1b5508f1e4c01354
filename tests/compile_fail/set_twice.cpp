// expect: hawser: an update sets a member twice
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::patch<account>(hawser::set<&account::note>("x"), hawser::set<&account::note>("y"));
#else
    (void)app::patch<account>(hawser::set<&account::note>("x"), hawser::set<&account::rank>(1));
#endif
}
