#pragma once
// What binary COPY has around its rows: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
#include "pgwire/output.hpp"
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// A row is a count of 16 bits, and then each value behind its length; -1 is NULL.
inline void write_copy_header(output& out) {
    using namespace std::string_view_literals;
    out.bytes("PGCOPY\n\377\r\n\0"sv);
    out.integer(std::int32_t{0}); // no flags
    out.integer(std::int32_t{0}); // nothing more
}
inline void write_copy_trailer(output& out) {
    out.integer(std::int16_t{-1});
}

} // namespace hawser::pgwire
