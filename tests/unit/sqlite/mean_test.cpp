#include "sqlite/mean.hpp"
#include "support/catch.hpp"
#include <charconv>
#include <limits>
#include <random>
#include <string>

using hawser::detail::int128;
using hawser::detail::power_of_ten;
using hawser::detail::scaled_to_string;
using hawser::sqlite::nearest_mean;

namespace {

double parsed(const std::string& text) {
    double d = 0;
    std::from_chars(text.data(), text.data() + text.size(), d);
    return d;
}
// Of 1 to 38 digits.
int128 random_number(std::mt19937_64& engine) {
    const auto digits = static_cast<unsigned>(engine() % 38 + 1);
    const auto both = static_cast<hawser::detail::uint128>(engine()) << 64 | engine();
    const auto size = static_cast<int128>(both % static_cast<hawser::detail::uint128>(power_of_ten(digits)));
    return engine() % 2 ? size : -size;
}

} // namespace

TEST_CASE("the mean of one is the double that its text is", "[sqlite]") {
    std::mt19937_64 engine(1);
    for (int i = 0; i < 20'000; ++i) {
        const int128 v = random_number(engine);
        const auto scale = static_cast<unsigned>(engine() % 39);
        if (v != 0 && nearest_mean(v, 1, scale) != parsed(scaled_to_string(v, scale)))
            FAIL(scaled_to_string(v, scale));
    }
    CHECK(nearest_mean(0, 3, 2) == 0);
    CHECK(nearest_mean(hawser::detail::int128_min, 1, 0) == -0x1p127);
}

TEST_CASE("a mean that is a decimal is the double that its text is", "[sqlite]") {
    std::mt19937_64 engine(2);
    for (int i = 0; i < 20'000; ++i) {
        const auto v = static_cast<std::int64_t>(engine());
        const auto scale = static_cast<unsigned>(engine() % 19);
        // v / 2^n = v * 5^n / 10^n
        const auto n = static_cast<unsigned>(engine() % 20);
        int128 exact = v;
        for (unsigned k = 0; k < n; ++k) exact *= 5;
        const double expected = parsed(scaled_to_string(exact, 0) + "e-" + std::to_string(scale + n));
        if (nearest_mean(v, std::int64_t{1} << n, scale) != expected) FAIL(v);
    }
}

TEST_CASE("a mean is rounded once, by all that is behind the last bit", "[sqlite]") {
    constexpr std::int64_t half = (std::int64_t{1} << 53) + 1; // between two doubles
    std::mt19937_64 engine(3);
    for (int i = 0; i < 1000; ++i) {
        const auto count = static_cast<std::int64_t>(engine() >> 2) + 2;
        const int128 sum = static_cast<int128>(half) * count;
        REQUIRE(nearest_mean(sum, count, 0) == 0x1p53);
        REQUIRE(nearest_mean(sum - 1, count, 0) == 0x1p53);
        REQUIRE(nearest_mean(sum + 1, count, 0) == 0x1p53 + 2);
        REQUIRE(nearest_mean(-sum - 1, count, 0) == -0x1p53 - 2);
    }
    CHECK(nearest_mean(3, 2, 0) == 1.5);
    CHECK(nearest_mean(1, 3, 0) == 1.0 / 3);
    CHECK(nearest_mean(1, std::numeric_limits<std::int64_t>::max(), 38) ==
          parsed("1.0842021724855044341e-57"));
}
