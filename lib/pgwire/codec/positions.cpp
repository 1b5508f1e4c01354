#include "pgwire/codec/positions.hpp"
#include "pgwire/codec/integers.hpp"
#include "pgwire/codec/text_scan.hpp"
#include "pgwire/input.hpp"
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace hawser::pgwire {
namespace {

template <std::unsigned_integral I>
void append(std::string& out, I v, int base) {
    char buffer[12];
    const char* const end = std::to_chars(buffer, buffer + sizeof buffer, v, base).ptr;
    for (const char* c = buffer; c != end; ++c) out += *c >= 'a' ? static_cast<char>(*c - ('a' - 'A')) : *c;
}

// The whole of the text, no signs.
template <std::unsigned_integral I>
bool read(std::string_view text, I& v, int base) noexcept {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [ptr, ec] = std::from_chars(begin, end, v, base);
    return ec == std::errc() && ptr == end;
}

bool tid_to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    input in(binary);
    const auto block = in.integer<std::uint32_t>();
    const auto row = in.integer<std::uint16_t>();
    if (!in.finished()) return false;
    out += '(';
    append(out, block, 10);
    out += ',';
    append(out, row, 10);
    out += ')';
    return true;
}

bool tid_to_binary(std::string_view text, const type_info&, const types&, output& out) {
    if (!take(text, '(') || !text.ends_with(')')) return false;
    text.remove_suffix(1);
    const std::size_t comma = text.find(',');
    std::uint32_t block{};
    std::uint16_t row{};
    if (comma == std::string_view::npos || !read(text.substr(0, comma), block, 10) ||
        !read(text.substr(comma + 1), row, 10))
        return false;
    encode_integer(out, block);
    encode_integer(out, row);
    return true;
}

bool lsn_to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    std::uint64_t v{};
    if (!decode_integer(binary, v)) return false;
    append(out, static_cast<std::uint32_t>(v >> 32), 16);
    out += '/';
    append(out, static_cast<std::uint32_t>(v), 16);
    return true;
}

bool lsn_to_binary(std::string_view text, const type_info&, const types&, output& out) {
    constexpr std::size_t most_digits = 8;
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash > most_digits || text.size() - slash - 1 > most_digits)
        return false;
    std::uint32_t high{};
    std::uint32_t low{};
    if (!read(text.substr(0, slash), high, 16) || !read(text.substr(slash + 1), low, 16)) return false;
    encode_integer(out, std::uint64_t{high} << 32 | low);
    return true;
}

} // namespace

const codec tid_codec{tid_to_text, tid_to_binary};
const codec pg_lsn_codec{lsn_to_text, lsn_to_binary};

} // namespace hawser::pgwire
