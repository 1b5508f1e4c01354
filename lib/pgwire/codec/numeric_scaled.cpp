#include "pgwire/codec/numeric.hpp"
#include <array>
#include <cstring>

namespace hawser::pgwire {

using detail::int128;
using detail::uint128;

namespace {

constexpr std::array<unsigned, 5> small_powers{1, 10, 100, 1000, 10000};
constexpr auto four_groups =
    static_cast<std::uint64_t>(detail::power_of_ten(16)); // their digits are below it
constexpr int most_of_64_bits = 19;                       // 10^19 fits into them

std::uint64_t power_of_64_bits(int exponent) noexcept {
    return static_cast<std::uint64_t>(detail::power_of_ten(static_cast<unsigned>(exponent)));
}

int128 with_sign(uint128 magnitude, bool negative) noexcept {
    return negative ? -static_cast<int128>(magnitude) : static_cast<int128>(magnitude);
}

// In one pass, numbers of up to four groups, as nearly all are: their digits fit into 64 bits. False where another way
// has to decide.
[[gnu::always_inline]] inline bool scale_small(std::string_view binary, unsigned by, int128& out) noexcept {
    constexpr std::size_t most = 4;
    if (binary.size() < numeric_header || binary.size() > numeric_header + 2 * most) return false;
    const char* at = binary.data();
    const auto header = load<std::uint64_t>(at);
    const auto count = static_cast<std::size_t>(header >> 48);
    const auto weight = static_cast<int>(static_cast<std::int16_t>(header >> 32 & 0xffff));
    const auto sign = static_cast<numeric_sign>(header >> 16 & 0xffff);
    const auto dscale = static_cast<int>(header & 0xffff);
    if (binary.size() != numeric_header + 2 * count || dscale > static_cast<int>(greatest_dscale))
        return false;
    if (sign != numeric_sign::positive && sign != numeric_sign::negative) return false;
    std::uint64_t digits = 0;
    unsigned last = 0;
    bool sound = true;
    at += numeric_header;
    for (const char* const end = at + 2 * count; at != end; at += 2) {
        last = load<std::uint16_t>(at);
        sound &= last < numeric_base;
        digits = digits * numeric_base + last;
    }
    const int power = 4 * (weight + 1 - static_cast<int>(count)); // of ten, of the last group
    const int hidden = -power - dscale;
    const int exponent = power + static_cast<int>(by);
    if (!sound || hidden >= 4 || exponent <= -4 || exponent > most_of_64_bits) return false;
    if (hidden > 0 && last % small_powers[static_cast<unsigned>(hidden)] != 0) return false;
    if (exponent >= 0) {
        out = with_sign(uint128{digits} * power_of_64_bits(exponent), sign == numeric_sign::negative);
        return true;
    }
    const unsigned cut = small_powers[static_cast<unsigned>(-exponent)];
    if (digits % cut != 0) return false;
    out = with_sign(digits / cut, sign == numeric_sign::negative);
    return true;
}

// sum * 10^exponent; false if it does not fit.
bool append_zeros(uint128& sum, int exponent) noexcept {
    if (exponent <= 0 || sum == 0) return true;
    if (exponent > static_cast<int>(detail::max_power_of_ten)) return false;
    const auto power = static_cast<uint128>(detail::power_of_ten(static_cast<unsigned>(exponent)));
    return !__builtin_mul_overflow(sum, power, &sum);
}

// sum * factor + part; false if it does not fit.
bool append(uint128& sum, std::uint64_t factor, std::uint64_t part) noexcept {
    return !__builtin_mul_overflow(sum, uint128{factor}, &sum) &&
           !__builtin_add_overflow(sum, uint128{part}, &sum);
}

// Every number, and every reason for there being none.
[[gnu::noinline]] bool scale_any(std::string_view binary, unsigned by, int128& out) noexcept {
    numeric_view v;
    if (!decode_numeric(binary, v) || !v.finite()) return false;
    const std::size_t count = v.size();
    int exponent = 4 * v.weight + static_cast<int>(by); // of ten, of the group at hand
    std::size_t i = 0;
    uint128 sum = 0;
    while (i < count && exponent >= 0) {
        std::uint64_t factor = 1;
        std::uint64_t digits = 0;
        for (unsigned some = 4; some > 0 && i < count && exponent >= 0; --some, exponent -= 4) {
            factor *= numeric_base;
            digits = digits * numeric_base + v.group(i++);
        }
        if (!append(sum, factor, digits)) return false;
    }
    if (i < count) { // a group that is cut, and none behind it
        if (exponent <= -4 || i + 1 < count) return false;
        const unsigned cut = small_powers[static_cast<unsigned>(-exponent)];
        const unsigned last = v.group(i);
        if (last % cut != 0 || !append(sum, numeric_base / cut, last / cut)) return false;
    } else if (!append_zeros(sum, exponent + 4)) {
        return false;
    }
    if (sum > static_cast<uint128>(detail::int128_max)) return false;
    out = with_sign(sum, v.sign == numeric_sign::negative);
    return true;
}

// Groups as they go onto the wire, made from the last one on. Zeros behind the last that is none are left out.
struct backward_groups {
    char bytes[2 * 11]; // 39 digits, the last group of them may be cut
    std::size_t first = sizeof bytes;
    int made = 0; // those that were left out too

    void add(unsigned group) noexcept {
        ++made;
        if (group == 0 && first == sizeof bytes) return;
        first -= 2;
        store(bytes + first, static_cast<std::uint16_t>(group));
    }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes + first, sizeof bytes - first}; }
};

void split(std::uint64_t digits, backward_groups& out) noexcept {
    for (; digits != 0; digits /= numeric_base) out.add(static_cast<unsigned>(digits % numeric_base));
}

void split(uint128 digits, backward_groups& out) noexcept {
    while (digits >> 64 != 0) {
        const uint128 rest = digits / four_groups;
        auto low = static_cast<std::uint64_t>(digits - rest * four_groups);
        for (unsigned some = 4; some > 0; --some, low /= numeric_base)
            out.add(static_cast<unsigned>(low % numeric_base));
        digits = rest;
    }
    split(static_cast<std::uint64_t>(digits), out);
}

// `odd`: digits behind the point that make no whole group.
void split(uint128 digits, unsigned odd, backward_groups& out) noexcept {
    if (odd != 0 && digits != 0) {
        const unsigned power = small_powers[odd];
        out.add(static_cast<unsigned>(digits % power) * small_powers[4 - odd]);
        digits /= power;
    }
    split(digits, out);
}

// `made`: how many groups there are with those that are left out behind the `kept` ones.
void store_header(char* at, std::size_t kept, int made, numeric_sign sign, unsigned scale) noexcept {
    const int weight = made == 0 ? 0 : made - 1 - static_cast<int>((scale + 3) / 4);
    store(at, static_cast<std::uint64_t>(kept) << 48 |
                  static_cast<std::uint64_t>(static_cast<std::uint16_t>(weight)) << 32 |
                  static_cast<std::uint64_t>(sign) << 16 | (scale & 0xffff));
}

// Up to four groups, in a register. False where there are more.
bool encode_small(output& out, std::uint64_t digits, numeric_sign sign, unsigned scale) {
    if (const unsigned odd = scale % 4; odd != 0) digits *= small_powers[4 - odd];
    if (digits >= four_groups) return false;
    int made = 0;
    if (digits != 0)
        for (; digits % numeric_base == 0; digits /= numeric_base) ++made;
    std::size_t kept = 0;
    std::uint64_t groups = 0; // the first one on top
    for (; digits != 0; digits /= numeric_base, ++kept) groups = groups >> 16 | digits % numeric_base << 48;
    const std::size_t before = out.size();
    char* const at = out.grow(numeric_header + sizeof groups);
    store_header(at, kept, made + static_cast<int>(kept), sign, scale);
    store(at + numeric_header, groups);
    out.truncate(before + numeric_header + 2 * kept);
    return true;
}

} // namespace

bool to_scaled(std::string_view binary, unsigned scale_wanted, int128& out) noexcept {
    return scale_small(binary, scale_wanted, out) || scale_any(binary, scale_wanted, out);
}

bool scaled_of(std::string_view binary, int128& out, unsigned& dscale) noexcept {
    if (binary.size() < numeric_header) return false;
    dscale = load<std::uint16_t>(binary.data() + 6);
    return to_scaled(binary, dscale, out);
}

void encode_scaled(output& out, int128 scaled, unsigned scale_given) {
    const uint128 digits = detail::magnitude(scaled);
    const auto sign = scaled < 0 ? numeric_sign::negative : numeric_sign::positive;
    if (digits < four_groups && encode_small(out, static_cast<std::uint64_t>(digits), sign, scale_given))
        return;
    backward_groups groups;
    split(digits, scale_given % 4, groups);
    const std::string_view kept = groups.view();
    char* const at = out.grow(numeric_header + kept.size());
    store_header(at, kept.size() / 2, groups.made, sign, scale_given);
    std::memcpy(at + numeric_header, kept.data(), kept.size());
}

} // namespace hawser::pgwire
