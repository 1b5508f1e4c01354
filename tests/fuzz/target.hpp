#pragma once
// What every fuzz target includes once: it defines fuzz::run(), which gets any bytes and must neither crash nor hang,
// read beside them, leak, or break an expectation.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

void run(std::string_view bytes);

inline void expect(bool holds, const char* claim) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", claim);
    std::abort();
}

// Reads all of a view, so that one that leaves its bytes is seen.
inline void touch(std::string_view view) {
    [[maybe_unused]] static volatile char last;
    for (const char c : view) last = c;
}

} // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::run({reinterpret_cast<const char*>(data), size});
    return 0;
}
