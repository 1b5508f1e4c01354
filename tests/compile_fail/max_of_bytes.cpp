// expect: hawser: min() and max() are not for bool, uuid, bytes and json
#include <hawser/core/bytes.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

struct sealed {
    hawser::bytes content{};
};

void use() {
#ifdef MUST_FAIL
    (void)hawser::max(col<&sealed::content>);
#else
    (void)hawser::max(col<&account::owner>);
#endif
}
