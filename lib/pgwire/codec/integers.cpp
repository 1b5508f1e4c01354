#include "pgwire/codec/integers.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <charconv>
#include <limits>
#include <system_error>

namespace hawser::pgwire {
namespace {

template <std::integral I>
bool print(std::string_view binary, const type_info&, const types&, std::string& out) {
    I v{};
    if (!decode_integer(binary, v)) return false;
    char buffer[std::numeric_limits<I>::digits10 + 3];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr);
    return true;
}

// Digits alone, with a minus where I has a sign.
template <std::integral I>
bool read(std::string_view digits, I& v) noexcept {
    const char* const begin = digits.data();
    const char* const end = begin + digits.size();
    const auto [ptr, ec] = std::from_chars(begin, end, v);
    return ec == std::errc() && ptr == end;
}

template <std::integral I>
bool parse(std::string_view text, const type_info&, const types&, output& out) {
    text = trimmed(text);
    if (take(text, '+') && text.starts_with('-')) return false;
    I v{};
    if (!read(text, v)) return false;
    encode_integer(out, v);
    return true;
}

bool parse_oid(std::string_view text, const type_info&, const types&, output& out) {
    text = trimmed(text);
    if (take(text, '+') && text.starts_with('-')) return false;
    std::int64_t v{};
    if (!read(text, v)) return false;
    if (v < std::numeric_limits<std::int32_t>::min() || v > std::numeric_limits<std::uint32_t>::max())
        return false;
    encode_integer(out, static_cast<std::uint32_t>(v));
    return true;
}

template <std::unsigned_integral I>
bool parse_plain(std::string_view text, const type_info&, const types&, output& out) {
    text = trimmed(text);
    if (text.size() > 1 && text.front() == '0') return false;
    I v{};
    if (!read(text, v)) return false;
    encode_integer(out, v);
    return true;
}

} // namespace

const codec int2_codec{print<std::int16_t>, parse<std::int16_t>};
const codec int4_codec{print<std::int32_t>, parse<std::int32_t>};
const codec int8_codec{print<std::int64_t>, parse<std::int64_t>};
const codec oid_codec{print<oid>, parse_oid};
const codec xid_codec{print<std::uint32_t>, parse_plain<std::uint32_t>};
const codec xid8_codec{print<std::uint64_t>, parse_plain<std::uint64_t>};

} // namespace hawser::pgwire
