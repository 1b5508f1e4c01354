// expect: hawser::decimal<P, S>: S, the digits behind the point, is at most P
#include <hawser/core/decimal.hpp>

#ifdef MUST_FAIL
hawser::decimal<8, 9> d;
#else
hawser::decimal<8, 8> d;
#endif
