#pragma once
#include "options.hpp"
#include "progress.hpp"
#include <iosfwd>

namespace day {

// Where a day speaks.
struct voices {
    std::ostream* out;
    std::ostream* err;
    bool terminal = false; // draw progress bars
};

// Runs a whole day and gives the program's exit code; failures are told on err.
[[nodiscard]] int run_day(const options& o, const voices& v);

} // namespace day
