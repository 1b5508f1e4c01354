// expect: hawser: set<> of a member that is not optional to an optional value
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::patch<account>(hawser::set<&account::owner>(std::optional<std::string>()));
#else
    (void)app::patch<account>(hawser::set<&account::note>(std::optional<std::string>()));
#endif
}
