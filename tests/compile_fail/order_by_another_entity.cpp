// expect: hawser: order_by names a member of another struct
#include "schema.hpp"

using app::account;
using hawser::col;

void use() {
#ifdef MUST_FAIL
    (void)app::ordered<account>(hawser::desc<&app::venue::code>);
#else
    (void)app::ordered<account>(hawser::desc<&account::id>);
#endif
}
