// expect: hawser::divide_rounded<R>: R is a hawser::decimal
#include <hawser/core/decimal.hpp>

hawser::decimal<18, 8> a, b;

#ifdef MUST_FAIL
auto c = hawser::divide_rounded<double>(a, b);
#else
auto c = hawser::divide_rounded<hawser::decimal<18, 8>>(a, b);
#endif
