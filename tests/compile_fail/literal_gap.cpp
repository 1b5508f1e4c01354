// expect: hawser: the placeholders of the SQL text leave out a number
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::detail::checked_literal<"update accounts set rank = $1 where id = $3", 3>::ok);
#else
static_assert(hawser::detail::checked_literal<"update accounts set rank = $1 where id = $2", 2>::ok);
#endif
