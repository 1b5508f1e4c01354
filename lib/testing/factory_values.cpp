#include <algorithm>
#include <cmath>
#include <hawser/core/error.hpp>
#include <hawser/testing/factory_values.hpp>

namespace hawser::detail {
namespace {

// SplitMix64.
std::uint64_t mixed(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15u;

constexpr int window = 999; // units that values are spread over

// "symbol-17": the number stays whole, the name gives way.
std::string named(std::string_view name, std::uint64_t number, std::size_t least, std::size_t most) {
    std::string digits = std::to_string(number + 1);
    if (digits.size() + 2 > most) {
        digits.clear(); // 36 letters and digits go further
        for (std::uint64_t n = number; digits.empty() || n > 0; n /= 36)
            digits.insert(digits.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[n % 36]);
        if (digits.size() > most) digits.erase(0, digits.size() - most);
        return digits;
    }
    std::string text(name.substr(0, most - digits.size() - 1));
    const std::size_t size = text.size() + 1 + digits.size();
    if (size < least) digits.insert(0, least - size, '0');
    return text + "-" + digits;
}

} // namespace

draws::draws(std::uint64_t seed, std::uint64_t row, std::uint64_t attempt) noexcept
    : state_(mixed(mixed(seed + golden) + row * golden) + attempt), row_(row), attempt_(attempt) {}

std::uint64_t draws::next() noexcept {
    state_ += golden;
    return mixed(state_);
}

int128 draw_whole(draws& from, const whole_needs& needs) {
    const int128 high = needs.high ? std::min(*needs.high, needs.most) : needs.most;
    int128 low = std::max(needs.usual, needs.least);
    if (needs.low && *needs.low > needs.usual - window * needs.unit) low = std::max(*needs.low, needs.least);
    const int128 bottom = needs.low ? std::max(*needs.low, needs.least) : needs.least;
    if (low > high) low = high - bottom > window * needs.unit ? high - window * needs.unit : bottom;
    int128 span = high - low;
    int128 step = 1;
    if (needs.distinct) {
        if (span / needs.unit >= int128{10} * window) step = needs.unit;
    } else {
        span = std::min(span, window * needs.unit);
        if (needs.unit >= 100) step = needs.unit / 100;
    }
    const auto places = static_cast<uint128>(span / step) + 1;
    const uint128 place = (needs.distinct ? from.ordinal() : from.next()) % places;
    return low + static_cast<int128>(place) * step;
}

double draw_real(draws& from, const real_needs& needs) {
    double low = needs.low && *needs.low > -window ? *needs.low : 1;
    double high = needs.high && *needs.high - low < window ? *needs.high : low + 99;
    if (low > high || (needs.high && low > *needs.high)) {
        high = *needs.high;
        low = needs.low ? std::max(*needs.low, high - 99) : high - 99;
    }
    if (!needs.distinct) return low + (high - low) * static_cast<double>(from.below(10001)) / 10000;
    const double place = static_cast<double>(from.ordinal());
    if (!needs.high) return low + place;
    return low + (high - low) * std::fmod(place * 0.6180339887498949, 1.0);
}

uuid draw_uuid(draws& from) {
    uuid::bytes_type bytes{};
    for (std::byte& b : bytes) b = static_cast<std::byte>(from.below(256));
    bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
    return uuid(bytes);
}

json_text draw_json(draws& from) {
    return json_text::unchecked(R"({"n":)" + std::to_string(from.below(1000)) + "}");
}

std::vector<std::byte> draw_bytes(draws& from) {
    std::vector<std::byte> bytes(8);
    for (std::byte& b : bytes) b = static_cast<std::byte>(from.below(256));
    return bytes;
}

std::string draw_text(draws& from, const text_needs& needs) {
    if (!needs.pattern.empty()) return draw_pattern(from, needs.pattern, needs.distinct);
    const std::uint64_t number = from.ordinal();
    const auto between = [&](std::string_view front, std::string_view back) {
        const std::size_t taken = front.size() + back.size();
        const std::size_t most = needs.most > taken ? needs.most - taken : 1;
        return std::string(front) +
               named(needs.member, number, needs.least > taken ? needs.least - taken : 0, most) +
               std::string(back);
    };
    switch (needs.is) {
    case text_needs::form::email: return needs.most < 20 ? between("", "@b.io") : between("", "@example.org");
    case text_needs::form::url: return between("https://example.org/", "");
    case text_needs::form::uuid: return draw_uuid(from).to_string();
    case text_needs::form::plain: break;
    }
    return between("", "");
}

void throw_no_such_row(std::string_view table, const std::string& complaint) {
    throw_error(errc::misuse, "hawser::testing::factory of " + std::string(table) + ": " + complaint);
}

} // namespace hawser::detail
