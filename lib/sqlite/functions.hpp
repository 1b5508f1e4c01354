#pragma once

struct sqlite3;

namespace hawser::sqlite {

// Registers the exact decimal functions, deterministic and innocuous:
//   dec_sum(x)          aggregate; NULL for no rows
//   dec_avg(x)          aggregate, in the scale of x, rounded half away from zero; NULL for no rows
//   dec_mean(x, s)      aggregate: the REAL nearest to the mean of x / 10^s; NULL for no rows
//   dec_add(a, b)       of one scale; and dec_sub
//   dec_mul(a, b, s)    a * b / 10^s, rounded half away from zero as PostgreSQL's numeric does
//   dec_abs(x)
//   dec_wide(x)         the same number in the 16-byte form
//   dec_fit(x, p)       x; an error if it has more than p digits
//   dec_text(x, s)      "-1.50"
// x, a and b are scaled integers, or the 16-byte form in which a result too large for INTEGER is returned.
// And blob_of(text): the bytes that hex digits stand for.
// Throws hawser::error.
void register_functions(sqlite3* db);

} // namespace hawser::sqlite
