// expect: hawser: set<> of a member that is not optional to nullopt
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::patch<account>(hawser::set<&account::owner>(std::nullopt));
#else
    (void)app::patch<account>(hawser::set<&account::note>(std::nullopt));
#endif
}
