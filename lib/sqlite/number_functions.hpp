#pragma once

struct sqlite3;

namespace hawser::sqlite {

// Registers the arithmetic in which SQLite would lose digits or answer NULL where PostgreSQL fails; deterministic
// and innocuous. Their errors say "out of range".
//   int_fit(x)              x, an INTEGER; an error for a REAL, which SQLite makes of an integer that overflowed
//   int_fit(x, low, high)   x within these bounds
//   int_div(a, b)           truncates; an error for b = 0
//   real_div(a, b)          an error for b = 0
// NULL if an operand is NULL. Throws hawser::error.
void register_number_functions(sqlite3* db);

} // namespace hawser::sqlite
