#pragma once
// The row of the SQLite suite: about 105 bytes, as a model's prediction has.
#include <cstddef>
#include <cstdint>
#include <hawser/hawser.hpp>
#include <memory>
#include <string>
#include <vector>

namespace bench {

struct prediction : hawser::timestamps {
    std::int64_t id{};
    std::string symbol{};
    std::string model{};
    double value{};
    double confidence{};
    std::string features{};
};
BOOST_DESCRIBE_STRUCT(prediction, (hawser::timestamps), (id, symbol, model, value, confidence, features))
consteval auto hawser_table(hawser::of<prediction>) {
    return hawser::table<prediction>("predictions", hawser::primary_key<&prediction::id>.generated());
}

// Row i is the same in every run, and in every peer.
[[nodiscard]] prediction make_prediction(std::size_t i);
[[nodiscard]] std::vector<prediction> make_predictions(std::size_t count);

// So long a text makes a row of nearly a page.
inline constexpr std::size_t large_text = 3900;

// Of all that a contender has read: the same for all of them, or they did not do the same work.
struct checksum {
    std::int64_t rows = 0;
    std::int64_t ids = 0;
    std::int64_t letters = 0;
    std::int64_t thousandths = 0;

    void add(const prediction& p) {
        ++rows;
        ids += p.id;
        letters += static_cast<std::int64_t>(p.symbol.size() + p.model.size() + p.features.size());
        thousandths += static_cast<std::int64_t>(p.value * 1000 + 0.5);
    }
    bool operator==(const checksum&) const = default;
};

// What is asked for in random order, the same in every run: i-th of keys 1 to `rows`.
[[nodiscard]] inline std::int64_t random_key(std::uint64_t i, std::size_t rows) {
    std::uint64_t x = (i + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 31)) * 0xBF58476D1CE4E5B9u;
    return static_cast<std::int64_t>((x ^ (x >> 29)) % rows) + 1;
}

} // namespace bench
