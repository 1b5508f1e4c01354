#include "core/hex.hpp"
#include <hawser/core/bytes.hpp>
#include <hawser/core/error.hpp>
#include <ostream>

namespace hawser {

bytes bytes::from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) throw_error(errc::type_mismatch, "bytes: an odd number of hex digits");
    std::vector<std::byte> data(digits.size() / 2);
    for (std::size_t i = 0; i < data.size(); ++i) {
        const int high = detail::hex_value(digits[2 * i]);
        const int low = detail::hex_value(digits[2 * i + 1]);
        if (high < 0 || low < 0)
            throw_error(errc::type_mismatch,
                        "bytes: no hex digit at position " + std::to_string(2 * i + (high < 0 ? 1 : 2)));
        data[i] = static_cast<std::byte>(high << 4 | low);
    }
    return bytes(std::move(data));
}

std::string bytes::to_hex() const {
    std::string text;
    text.reserve(2 * data_.size());
    for (const std::byte b : data_) {
        text += detail::hex_digits[std::to_integer<unsigned>(b) >> 4];
        text += detail::hex_digits[std::to_integer<unsigned>(b) & 15];
    }
    return text;
}

std::ostream& operator<<(std::ostream& out, const bytes& b) {
    return out << b.to_hex();
}

} // namespace hawser
