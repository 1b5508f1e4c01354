#include "sqlite/mean.hpp"
#include <cmath>
#include <hawser/core/decimal_wide.hpp>

namespace hawser::sqlite {
namespace {

using detail::uint128;
using detail::uint256;

bool less(const uint256& a, const uint256& b) noexcept {
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}
void subtract(uint256& from, const uint256& value) noexcept {
    from.high -= value.high + (from.low < value.low ? 1 : 0);
    from.low -= value.low;
}
uint256 doubled(const uint256& value) noexcept {
    return {(value.high << 1) | (value.low >> 127), value.low << 1};
}

} // namespace

double nearest_mean(detail::int128 sum, std::int64_t count, unsigned scale) noexcept {
    if (sum == 0) return 0;
    uint256 rest{0, detail::magnitude(sum)};
    uint256 divisor =
        detail::full_product(static_cast<uint128>(detail::power_of_ten(scale)), static_cast<uint128>(count));

    // As a fraction from 1 to 2, times a power of two.
    int exponent = 0;
    for (; less(rest, divisor); --exponent) rest = doubled(rest);
    for (uint256 next = doubled(divisor); !less(rest, next); next = doubled(next), ++exponent) divisor = next;

    // More bits than a double has, and a last one for all that follow them: the conversion rounds once.
    constexpr int bits = 65;
    uint128 quotient = 0;
    for (int i = 0; i < bits; ++i) {
        const bool one = !less(rest, divisor);
        if (one) subtract(rest, divisor);
        quotient = (quotient << 1) | (one ? 1 : 0);
        rest = doubled(rest);
    }
    if (rest.high != 0 || rest.low != 0) quotient |= 1;
    const double size = std::ldexp(static_cast<double>(quotient), exponent - (bits - 1));
    return sum < 0 ? -size : size;
}

} // namespace hawser::sqlite
