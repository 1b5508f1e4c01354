#pragma once

struct sqlite3;

namespace hawser::sqlite {

// Registers, deterministic and innocuous:
//   text_like(text, pattern)   PostgreSQL's LIKE: letters count as they are; % any text, _ any character of UTF-8,
//                              \ takes the meaning from what follows; NULL if either is
// Throws hawser::error.
void register_text_functions(sqlite3* db);

} // namespace hawser::sqlite
