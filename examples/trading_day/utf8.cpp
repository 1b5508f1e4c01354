#include "utf8.hpp"
#include <cstddef>

namespace day {
namespace {

// What may stand behind a leading byte: how many continuation bytes, and the range of the first of them.
struct sequence {
    std::size_t more;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

bool lead(unsigned char c, sequence& s) noexcept {
    if (c < 0x80) return s = {0}, true;
    if (c < 0xC2) return false;
    if (c < 0xE0) return s = {1}, true;
    if (c == 0xE0) return s = {2, 0xA0}, true;
    if (c == 0xED) return s = {2, 0x80, 0x9F}, true;
    if (c < 0xF0) return s = {2}, true;
    if (c == 0xF0) return s = {3, 0x90}, true;
    if (c < 0xF4) return s = {3}, true;
    if (c == 0xF4) return s = {3, 0x80, 0x8F}, true;
    return false;
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        sequence s{};
        if (!lead(static_cast<unsigned char>(text[i]), s) || text.size() - i - 1 < s.more) return false;
        for (std::size_t k = 1; k <= s.more; ++k) {
            const auto c = static_cast<unsigned char>(text[i + k]);
            if (c < (k == 1 ? s.low : 0x80) || c > (k == 1 ? s.high : 0xBF)) return false;
        }
        i += 1 + s.more;
    }
    return true;
}

} // namespace day
