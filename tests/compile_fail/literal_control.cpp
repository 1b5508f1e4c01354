// expect: hawser: transaction control and settings do not go through the shared lane; use db.transaction
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::detail::checked_literal<"begin immediate", 0>::ok);
#else
static_assert(hawser::detail::checked_literal<"delete from accounts", 0>::ok);
#endif
