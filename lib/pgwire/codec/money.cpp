#include "pgwire/codec/money.hpp"
#include "pgwire/codec/integers.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace hawser::pgwire {
namespace {

constexpr std::uint64_t cents = 100;
constexpr std::uint64_t most_negative = std::uint64_t{1} << 63;

bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    std::int64_t v{};
    if (!decode_integer(binary, v)) return false;
    const std::uint64_t amount = v < 0 ? 0 - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v);
    char buffer[24];
    const std::string_view whole(
        buffer,
        static_cast<std::size_t>(std::to_chars(buffer, buffer + sizeof buffer, amount / cents).ptr - buffer));
    out += v < 0 ? "-$" : "$";
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i > 0 && (whole.size() - i) % 3 == 0) out += ',';
        out += whole[i];
    }
    out += '.';
    out += static_cast<char>('0' + amount % cents / 10);
    out += static_cast<char>('0' + amount % 10);
    return true;
}

bool add_digit(std::uint64_t& amount, char c) noexcept {
    return !__builtin_mul_overflow(amount, std::uint64_t{10}, &amount) &&
           !__builtin_add_overflow(amount, static_cast<std::uint64_t>(c - '0'), &amount);
}

// "1,234.5" in cents, also ".5".
bool read_amount(std::string_view text, std::uint64_t& amount) noexcept {
    const std::string_view digits = text.substr(text.starts_with('.') ? 1 : 0);
    if (digits.empty() || !is_digit(digits.front())) return false;
    while (!text.empty() && text.front() != '.') {
        if (is_digit(text.front()) ? !add_digit(amount, text.front()) : text.front() != ',') return false;
        text.remove_prefix(1);
    }
    take(text, '.');
    if (text.size() > 2) return false;
    for (std::size_t i = 0; i < 2; ++i) {
        const char c = i < text.size() ? text[i] : '0';
        if (!is_digit(c) || !add_digit(amount, c)) return false;
    }
    return true;
}

bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    text = trimmed(text);
    bool negative = false;
    if (text.starts_with('(') && text.ends_with(')')) {
        negative = true;
        text = text.substr(1, text.size() - 2);
    } else if (take(text, '-')) {
        negative = true;
    } else {
        take(text, '+');
    }
    take(text, '$');
    std::uint64_t amount = 0;
    if (!read_amount(text, amount) || amount > most_negative - (negative ? 0 : 1)) return false;
    encode_integer(out, static_cast<std::int64_t>(negative ? 0 - amount : amount));
    return true;
}

} // namespace

const codec money_codec{to_text, to_binary};

} // namespace hawser::pgwire
