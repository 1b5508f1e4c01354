// expect: hawser::decimal<P, S>: P, the number of digits, is at least 1
#include <hawser/core/decimal.hpp>

#ifdef MUST_FAIL
hawser::decimal<0, 0> d;
#else
hawser::decimal<1, 0> d;
#endif
