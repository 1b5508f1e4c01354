#pragma once
#include <hawser/core/statement.hpp>

namespace hawser::postgres {

// True where the server may run the statement twice and nobody could tell: it reads, and calls no function but
// PostgreSQL's own that change nothing. `select f()` may do anything.
// Of a text that is not the library's own it is looked through: not for the hot path.
[[nodiscard]] bool is_known_read(const statement& what);

} // namespace hawser::postgres
