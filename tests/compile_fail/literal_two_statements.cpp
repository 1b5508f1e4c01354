// expect: hawser: one statement per call; run_script takes several
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::detail::checked_literal<"delete from accounts; delete from venues", 0>::ok);
#else
static_assert(hawser::detail::checked_literal<"delete from accounts;", 0>::ok);
#endif
