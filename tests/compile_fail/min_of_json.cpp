// expect: hawser: min() and max() are not for bool, uuid, bytes and json
#include "schema.hpp"

using app::account;
using hawser::col;

struct tagged {
    std::optional<hawser::json_text> document;
};

void use() {
#ifdef MUST_FAIL
    (void)hawser::min(col<&tagged::document>);
#else
    (void)hawser::min(col<&account::note>);
#endif
}
