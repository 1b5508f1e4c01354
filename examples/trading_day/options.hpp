#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace day {

struct options {
    std::optional<std::string> url;         // none: a fresh file trading_day*.db in the current directory
    std::optional<std::string> predictions; // CSV, plain or gzip
    std::optional<std::string> trades;      // same
    bool json = false;
    bool help = false;
    unsigned threads = 1;
    unsigned strategies = 64;
    std::uint64_t seed = 1;
    std::uint64_t own_predictions = 1'000'000; // rows of the feed of our own, where there are no files
    std::uint64_t own_ticks = 200'000;
    std::optional<std::string> acknowledge; // for tests: one record for each acknowledged write
};

// Throws input_error naming the argument.
[[nodiscard]] options parse_options(std::span<const std::string_view> arguments);

extern const std::string_view usage;

} // namespace day
