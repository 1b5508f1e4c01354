// expect: hawser::matches: the pattern is not well formed
#include "schema.hpp"

#ifdef MUST_FAIL
static_assert(hawser::matches<"[A-Z">.rule == "matches");
#else
static_assert(hawser::matches<"[A-Z]">.rule == "matches");
#endif
