// expect: hawser: a quotient of decimals is not exact
#include "schema.hpp"

using app::account;
using hawser::col;

struct priced {
    hawser::decimal<18, 2> price;
};

void use() {
#ifdef MUST_FAIL
    (void)(col<&priced::price> / 2);
#else
    (void)(col<&priced::price> * 2);
#endif
}
