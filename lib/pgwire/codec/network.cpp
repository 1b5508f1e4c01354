#include "pgwire/codec/network.hpp"
#include "core/hex.hpp"
#include "pgwire/codec/text_scan.hpp"
#include "pgwire/input.hpp"
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

namespace hawser::pgwire {
namespace {

// The server's own numbers for the families: AF_INET, and one more.
constexpr std::uint8_t family_v4 = 2;
constexpr std::uint8_t family_v6 = 3;
constexpr unsigned words_of_v6 = 8;

bool is_network_alone(const network_address& v) noexcept {
    for (unsigned i = v.bits / 8u; i < v.size(); ++i) {
        const unsigned host = i == v.bits / 8u ? 0xffu >> v.bits % 8 : 0xffu;
        if ((v.bytes[i] & host) != 0) return false;
    }
    return true;
}

void append_number(std::string& out, unsigned v, int base = 10) {
    char buffer[8];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, v, base).ptr);
}

void append_v4(std::string& out, const std::uint8_t* bytes) {
    for (unsigned i = 0; i < 4; ++i) {
        if (i > 0) out += '.';
        append_number(out, bytes[i]);
    }
}

unsigned word(const network_address& v, unsigned i) noexcept {
    const std::uint8_t* const at = v.bytes.data() + std::size_t{2} * i;
    return static_cast<unsigned>(at[0] << 8 | at[1]);
}

// The words that are written as "::".
struct zeros {
    unsigned first = words_of_v6;
    unsigned count = 0;
};

// The first of the longest rows of zeros, of two at least.
zeros longest_zeros(const network_address& v) noexcept {
    zeros best;
    zeros row;
    for (unsigned i = 0; i < words_of_v6; ++i) {
        if (word(v, i) != 0)
            row = {};
        else if (row.count++ == 0)
            row.first = i;
        if (row.count > best.count) best = row;
    }
    return best.count < 2 ? zeros{} : best;
}

// ::1.2.3.4 and ::ffff:1.2.3.4, where no more is zero.
bool ends_as_v4(const network_address& v, const zeros& z) noexcept {
    return z.first == 0 && (z.count == 6 || (z.count == 5 && word(v, 5) == 0xffff));
}

void append_v6(std::string& out, const network_address& v) {
    const zeros z = longest_zeros(v);
    const bool v4_behind = ends_as_v4(v, z);
    for (unsigned i = 0; i < words_of_v6; ++i) {
        if (i == z.first) {
            out += i + z.count == words_of_v6 ? "::" : ":";
            i += z.count - 1;
            continue;
        }
        if (i > 0) out += ':';
        if (i == 6 && v4_behind) {
            append_v4(out, v.bytes.data() + 12);
            break;
        }
        append_number(out, word(v, i), 16);
    }
}

void print(std::string& out, network_type type, const network_address& v) {
    if (v.v6)
        append_v6(out, v);
    else
        append_v4(out, v.bytes.data());
    if (type == network_type::inet && v.bits == v.most_bits()) return;
    out += '/';
    append_number(out, v.bits);
}

// A decimal number no greater than `most`. Those of IPv6 addresses begin with no zero.
std::optional<unsigned> take_number(std::string_view& text, unsigned most, bool v6) noexcept {
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    if (v6 && text.size() > 1 && text[0] == '0' && is_digit(text[1])) return std::nullopt;
    unsigned v = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
        v = v * 10 + static_cast<unsigned>(text.front() - '0');
        if (v > most) return std::nullopt;
    }
    return v;
}

// How many bytes were there; none if the text is no address.
unsigned take_v4(std::string_view& text, std::uint8_t* bytes, bool within_v6) noexcept {
    for (unsigned i = 0; i < 4;) {
        const auto byte = take_number(text, 255, within_v6);
        if (!byte) return 0;
        bytes[i++] = static_cast<std::uint8_t>(*byte);
        if (!text.starts_with('.')) return i;
        text.remove_prefix(1);
    }
    return 0; // a point behind the fourth
}

unsigned bits_of_class(const network_address& v, unsigned bytes_given) noexcept {
    const unsigned first = v.bytes[0];
    const unsigned bits = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8;
    if (first == 224 && bytes_given == 1) return 4; // all of multicast
    return std::max(bits, 8 * bytes_given);
}

bool take_bits(std::string_view& text, network_address& out) noexcept {
    const auto bits = take_number(text, out.most_bits(), out.v6);
    if (!bits) return false;
    out.bits = static_cast<std::uint8_t>(*bits);
    return true;
}

bool parse_v4(std::string_view text, network_type type, network_address& out) noexcept {
    const unsigned given = take_v4(text, out.bytes.data(), false);
    if (given == 0) return false;
    if (take(text, '/')) {
        if (!take_bits(text, out)) return false;
        if (type == network_type::inet && out.bits / 8u > given) return false;
    } else if (type == network_type::cidr) {
        out.bits = static_cast<std::uint8_t>(bits_of_class(out, given));
    } else {
        if (given != 4) return false;
        out.bits = 32;
    }
    return text.empty();
}

std::optional<unsigned> take_word(std::string_view& text) noexcept {
    unsigned v = 0;
    std::size_t digits = 0;
    for (; !text.empty(); text.remove_prefix(1), ++digits) {
        const int digit = hawser::detail::hex_value(text.front());
        if (digit < 0) break;
        if (digits == 4) return std::nullopt;
        v = v << 4 | static_cast<unsigned>(digit);
    }
    if (digits == 0) return std::nullopt;
    return v;
}

bool take_v6(std::string_view& text, network_address& out) noexcept {
    unsigned filled = 0;              // bytes
    std::optional<unsigned> zeros_at; // where "::" stood
    if (text.starts_with("::")) {
        zeros_at = 0;
        text.remove_prefix(2);
    }
    while (!text.empty() && text.front() != '/') {
        if (filled == 16) return false;
        const std::string_view before = text;
        const auto v = take_word(text);
        if (!v) return false;
        if (text.starts_with('.')) { // it was the first number of an IPv4 address
            text = before;
            if (filled > 12 || take_v4(text, out.bytes.data() + filled, true) != 4) return false;
            filled += 4;
            break;
        }
        out.bytes[filled++] = static_cast<std::uint8_t>(*v >> 8);
        out.bytes[filled++] = static_cast<std::uint8_t>(*v & 0xff);
        if (text.starts_with("::")) {
            if (zeros_at) return false;
            zeros_at = filled;
            text.remove_prefix(2);
        } else if (take(text, ':') && (text.empty() || text.front() == '/')) {
            return false;
        }
    }
    if (!zeros_at) return filled == 16;
    if (filled == 16) return false;
    std::copy_backward(out.bytes.begin() + *zeros_at, out.bytes.begin() + filled, out.bytes.end());
    std::fill_n(out.bytes.begin() + *zeros_at, 16 - filled, std::uint8_t{0});
    return true;
}

bool parse_v6(std::string_view text, network_address& out) noexcept {
    out.v6 = true;
    out.bits = 128;
    if (!take_v6(text, out)) return false;
    if (take(text, '/') && !take_bits(text, out)) return false;
    return text.empty();
}

template <network_type Type>
bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    network_address v;
    if (!decode_network(binary, Type, v)) return false;
    print(out, Type, v);
    return true;
}

template <network_type Type>
bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    network_address v;
    const bool is_v6 = text.find(':') != std::string_view::npos;
    if (!(is_v6 ? parse_v6(text, v) : parse_v4(text, Type, v))) return false;
    if (Type == network_type::cidr && !is_network_alone(v)) return false;
    encode_network(out, Type, v);
    return true;
}

} // namespace

bool decode_network(std::string_view binary, network_type type, network_address& out) noexcept {
    out = {};
    input in(binary);
    const auto family = in.integer<std::uint8_t>();
    if (family != family_v4 && family != family_v6) return false;
    out.v6 = family == family_v6;
    out.bits = in.integer<std::uint8_t>();
    if (out.bits > out.most_bits()) return false;
    in.byte(); // says whether it is a cidr, as the type does
    if (in.integer<std::uint8_t>() != out.size()) return false;
    for (unsigned i = 0; i < out.size(); ++i) out.bytes[i] = in.integer<std::uint8_t>();
    return in.finished() && (type == network_type::inet || is_network_alone(out));
}

void encode_network(output& out, network_type type, const network_address& v) {
    out.integer(v.v6 ? family_v6 : family_v4);
    out.integer(v.bits);
    out.byte(type == network_type::cidr ? '\1' : '\0');
    out.integer(static_cast<std::uint8_t>(v.size()));
    out.bytes({reinterpret_cast<const char*>(v.bytes.data()), v.size()});
}

const codec inet_codec{to_text<network_type::inet>, to_binary<network_type::inet>};
const codec cidr_codec{to_text<network_type::cidr>, to_binary<network_type::cidr>};

} // namespace hawser::pgwire
