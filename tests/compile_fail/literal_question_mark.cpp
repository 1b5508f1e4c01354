// expect: hawser: placeholders are $1, $2, ..; the SQL text has a ?
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::detail::checked_literal<"delete from accounts where id = ?", 1>::ok);
#else
static_assert(hawser::detail::checked_literal<"delete from accounts where owner = '?'", 0>::ok);
#endif
