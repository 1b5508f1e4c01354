// expect: hawser: at most 6 optional filters in one query
#include "schema.hpp"

using app::account;
using hawser::col;

struct texts {
    template <class W>
    using text = hawser::detail::count_text<account, W>;
};
const auto filter = hawser::when(true, col<&account::rank> > 3);
const auto three = filter && filter && filter;

void use() {
#ifdef MUST_FAIL
    (void)hawser::detail::statement_where<account, texts>(three && three && filter);
#else
    (void)hawser::detail::statement_where<account, texts>(three && three);
#endif
}
