#pragma once

struct sqlite3;

namespace hawser::sqlite {

// Registers the exact decimal functions, deterministic and innocuous:
//   dec_sum(x)          aggregate; NULL for no rows
//   dec_mul(a, b, s)    a * b / 10^s, rounded half away from zero as PostgreSQL's numeric does
//   dec_text(x, s)      "-1.50"
// x, a and b are scaled integers, or the 16-byte form in which a result too large for INTEGER is returned.
// Throws hawser::error.
void register_functions(sqlite3* db);

} // namespace hawser::sqlite
