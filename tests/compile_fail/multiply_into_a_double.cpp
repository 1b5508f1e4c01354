// expect: hawser::multiply<R>: R is a hawser::decimal
#include <hawser/core/decimal.hpp>

hawser::decimal<18, 8> a, b;

#ifdef MUST_FAIL
auto c = hawser::multiply<double>(a, b);
#else
auto c = hawser::multiply<hawser::decimal<36, 16>>(a, b);
#endif
