// expect: hawser: transaction control and settings do not go through the shared lane; use db.transaction
#include "schema.hpp"

using hawser::detail::checked_literal;
using hawser::detail::taken_by;

#ifdef MUST_FAIL
static_assert(checked_literal<"set search_path = desk", 0, taken_by::transaction>::ok);
#else
static_assert(checked_literal<"set local search_path = desk", 0, taken_by::transaction>::ok);
#endif
