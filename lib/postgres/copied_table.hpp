#pragma once
// A table that rows are copied into.
#include "pgwire/server_error.hpp"
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hawser::postgres {

// Of `copy "t" ("a", "b") from stdin (format binary)`: `select "a", "b" from "t"`, whose columns have the types that the
// server wants the values in.
[[nodiscard]] std::string columns_query(std::string_view copy);

// Where the server has found the fault, as its context tells: `COPY t, line 3, column a`. In any language: the words
// between the commas are not looked at.
struct copied_place {
    std::size_t line;          // from 1
    std::string_view column{}; // within the server's context
};
// `table`: as described, "quantum.teams" too.
[[nodiscard]] std::optional<copied_place> place_of(const pgwire::server_error& e, std::string_view table);

} // namespace hawser::postgres
