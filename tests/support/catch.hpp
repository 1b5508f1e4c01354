#pragma once

// Catch2 2.13 and 3.x under one name. Tests include this header and nothing of Catch2 itself.
//
//     support::contains_text("x")    matcher: the text contains x
//     SKIP("why")                    ends the test as skipped; usable outside coroutines

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#include <iostream>
#endif

#include <string>

namespace support {

#if __has_include(<catch2/catch_all.hpp>)

using Catch::Approx;

inline auto contains_text(const std::string& text) {
    return Catch::Matchers::ContainsSubstring(text);
}

#else

using Catch::Detail::Approx; // Catch::Approx is the matcher for vectors

inline auto contains_text(const std::string& text) {
    return Catch::Matchers::Contains(text);
}

// The line is counted by tests/run.py.
inline void report_skipped(const std::string& reason) {
    SUCCEED(reason);
    std::cout << "\n[skipped] " << reason << std::endl;
}

#define SKIP(reason)                                                                                         \
    do {                                                                                                     \
        ::support::report_skipped(reason);                                                                   \
        return;                                                                                              \
    } while (false)

#endif

} // namespace support
