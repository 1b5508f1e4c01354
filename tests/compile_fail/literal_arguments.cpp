// expect: hawser: the number of arguments differs from the $n placeholders of the SQL text
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::detail::checked_literal<"delete from accounts where id = $1", 2>::ok);
#else
static_assert(hawser::detail::checked_literal<"delete from accounts where id = $1", 1>::ok);
#endif
