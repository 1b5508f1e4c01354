#include "pgwire/codec/numeric.hpp"
#include <array>

namespace hawser::pgwire {

bool decode_numeric(std::string_view binary, numeric_view& out) noexcept {
    if (binary.size() < numeric_header) return false;
    const char* const at = binary.data();
    std::size_t count = load<std::uint16_t>(at);
    if (binary.size() != numeric_header + 2 * count) return false;
    out.weight = load<std::int16_t>(at + 2);
    out.sign = static_cast<numeric_sign>(load<std::uint16_t>(at + 4));
    out.dscale = load<std::uint16_t>(at + 6);
    out.groups = {};
    switch (out.sign) {
    case numeric_sign::positive:
    case numeric_sign::negative: break;
    case numeric_sign::nan:
    case numeric_sign::infinity:
    case numeric_sign::minus_infinity:
        out.weight = 0;
        out.dscale = 0;
        return count == 0;
    default: return false;
    }
    if (out.dscale > greatest_dscale) return false;
    out.groups = binary.substr(numeric_header);
    for (std::size_t i = 0; i < count; ++i)
        if (out.group(i) >= numeric_base) return false;
    while (count > 0 && out.group(count - 1) == 0) --count;
    std::size_t zeros = 0;
    while (zeros < count && out.group(zeros) == 0) ++zeros;
    count -= zeros;
    out.groups = out.groups.substr(2 * zeros, 2 * count);
    out.weight -= static_cast<int>(zeros);
    if (count == 0) {
        out.weight = 0;
        out.sign = numeric_sign::positive;
        return true;
    }
    constexpr std::array<unsigned, 4> powers{1, 10, 100, 1000};
    const int behind = 4 * (static_cast<int>(count) - 1 - out.weight);
    const int hidden = behind - static_cast<int>(out.dscale);
    return hidden <= 0 || (hidden < 4 && out.group(count - 1) % powers[static_cast<unsigned>(hidden)] == 0);
}

} // namespace hawser::pgwire
