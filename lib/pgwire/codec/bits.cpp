#include "pgwire/codec/bits.hpp"
#include "core/hex.hpp"
#include "pgwire/codec/text_scan.hpp"
#include "pgwire/input.hpp"
#include <cstddef>
#include <limits>

namespace hawser::pgwire {
namespace {

bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    bits_view v;
    if (!decode_bits(binary, v)) return false;
    out.reserve(out.size() + v.count);
    for (std::uint32_t i = 0; i < v.count; ++i) out += v.bit(i) ? '1' : '0';
    return true;
}

// One byte from the digits at its front, as many as it holds; missing ones are 0. Negative: one is no digit.
int take_byte(std::string_view& digits, unsigned bits_of_digit) noexcept {
    int byte = 0;
    for (unsigned filled = 0; filled < 8; filled += bits_of_digit) {
        int digit = 0;
        if (!digits.empty()) {
            digit = hawser::detail::hex_value(digits.front());
            if (digit < 0 || digit >= 1 << bits_of_digit) return -1;
            digits.remove_prefix(1);
        }
        byte = byte << bits_of_digit | digit;
    }
    return byte;
}

bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    unsigned bits_of_digit = 1;
    if (take(text, 'x') || take(text, 'X'))
        bits_of_digit = 4;
    else if (!take(text, 'b'))
        take(text, 'B');
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()) / bits_of_digit)
        return false;
    out.integer(static_cast<std::int32_t>(text.size() * bits_of_digit));
    while (!text.empty()) {
        const int byte = take_byte(text, bits_of_digit);
        if (byte < 0) return false;
        out.byte(static_cast<char>(byte));
    }
    return true;
}

} // namespace

bool decode_bits(std::string_view binary, bits_view& out) noexcept {
    input in(binary);
    const auto count = in.integer<std::int32_t>();
    if (count < 0) return false;
    out.count = static_cast<std::uint32_t>(count);
    out.bytes = in.take(out.count / 8 + (out.count % 8 != 0 ? 1 : 0));
    return in.finished();
}

const codec bits_codec{to_text, to_binary};

} // namespace hawser::pgwire
