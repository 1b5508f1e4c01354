// expect: hawser::decimal<P, S>: P, the number of digits, is at most 38
#include <hawser/core/decimal.hpp>

#ifdef MUST_FAIL
hawser::decimal<39, 2> d;
#else
hawser::decimal<38, 2> d;
#endif
