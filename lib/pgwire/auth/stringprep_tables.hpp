#pragma once
// The tables of RFC 3454 that SASLprep names, ascending, without overlaps. stringprep_tables.py makes them.
#include <span>

namespace hawser::pgwire {

struct code_range {
    char32_t first;
    char32_t last;
};

namespace stringprep {

extern const std::span<const code_range> other_spaces;      // become a plain one
extern const std::span<const code_range> mapped_to_nothing; // are left out
extern const std::span<const code_range> prohibited;        // and what Unicode 3.2 had no character for
extern const std::span<const code_range> right_to_left;
extern const std::span<const code_range> left_to_right;

} // namespace stringprep
} // namespace hawser::pgwire
