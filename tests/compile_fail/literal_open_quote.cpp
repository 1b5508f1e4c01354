// expect: hawser: a quote or comment in the SQL text is not closed
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::detail::checked_literal<"delete from accounts where owner = 'x", 0>::ok);
#else
static_assert(hawser::detail::checked_literal<"delete from accounts where owner = 'x'", 0>::ok);
#endif
