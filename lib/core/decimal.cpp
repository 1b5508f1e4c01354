#include <hawser/core/decimal.hpp>
#include <hawser/core/error.hpp>
#include <ostream>

namespace hawser::detail {
namespace {

enum class fault { none, empty, no_digit, unexpected, lost_digit, too_large };

template <class Rep>
struct scan_result {
    Rep scaled = 0;
    fault what = fault::none;
    std::size_t offset = 0;
};

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// Bad form goes before bad range: the whole text is read before a number is called too large.
template <class Rep>
scan_result<Rep> scan(std::string_view text, unsigned precision, unsigned scale) noexcept {
    if (text.empty()) return {0, fault::empty, 0};

    scan_result<Rep> result;
    std::size_t at = 0;
    const auto note = [&](fault what) {
        if (result.what == fault::none) {
            result.what = what;
            result.offset = at;
        }
    };

    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') ++at;
    bool any_digit = false;

    unsigned room = precision - scale;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        any_digit = true;
        if (result.scaled == 0 && text[at] == '0') continue;
        if (room == 0) {
            note(fault::too_large);
            continue;
        }
        --room;
        result.scaled = result.scaled * 10 + (text[at] - '0');
    }

    room = scale;
    if (at < text.size() && text[at] == '.') {
        for (++at; at < text.size() && is_digit(text[at]); ++at) {
            any_digit = true;
            if (room == 0) {
                if (text[at] != '0') note(fault::lost_digit);
                continue;
            }
            --room;
            result.scaled = result.scaled * 10 + (text[at] - '0');
        }
    }

    if (at < text.size()) return {0, fault::unexpected, at};
    if (!any_digit) return {0, fault::no_digit, at};
    if (result.what != fault::none) return result;
    result.scaled *= static_cast<Rep>(power_of_ten(room));
    if (negative) result.scaled = -result.scaled;
    return result;
}

std::string type_name(unsigned precision, unsigned scale) {
    return "decimal<" + std::to_string(precision) + ", " + std::to_string(scale) + ">";
}

template <class Rep>
[[noreturn]] void throw_fault(const scan_result<Rep>& found, std::string_view text, unsigned precision,
                              unsigned scale) {
    const std::string type = type_name(precision, scale) + ": ";
    const std::string where = " at position " + std::to_string(found.offset + 1);
    const std::string whole = std::to_string(precision - scale);
    switch (found.what) {
    case fault::none:
    case fault::empty: break;
    case fault::no_digit: throw_error(errc::type_mismatch, type + "no digit" + where);
    case fault::unexpected: {
        const char c = text[found.offset];
        const std::string named = c > ' ' && c <= '~' ? std::string{'\'', c, '\''} : "character";
        throw_error(errc::type_mismatch, type + "unexpected " + named + where);
    }
    case fault::lost_digit:
        throw_error(errc::out_of_range,
                    type + "more than " + std::to_string(scale) + " fraction digits" + where);
    case fault::too_large:
        throw_error(errc::out_of_range, type + "more than " + whole + " digits before the point" + where);
    }
    throw_error(errc::type_mismatch, type + "empty text");
}

template <class Rep>
Rep parse(std::string_view text, unsigned precision, unsigned scale) {
    const auto found = scan<Rep>(text, precision, scale);
    if (found.what != fault::none) throw_fault(found, text, precision, scale);
    return found.scaled;
}

template <class Rep>
std::optional<Rep> try_parse(std::string_view text, unsigned precision, unsigned scale) noexcept {
    const auto found = scan<Rep>(text, precision, scale);
    if (found.what != fault::none) return std::nullopt;
    return found.scaled;
}

template <class Rep>
std::ostream& put(std::ostream& out, Rep scaled, unsigned scale) {
    char text[max_scaled_chars];
    const char* const end = write_scaled(text, text + sizeof text, scaled, scale).ptr;
    return out << std::string_view(text, static_cast<std::size_t>(end - text));
}

} // namespace

std::int64_t parse_decimal(std::string_view text, unsigned precision, unsigned scale) {
    return parse<std::int64_t>(text, precision, scale);
}

int128 parse_wide_decimal(std::string_view text, unsigned precision, unsigned scale) {
    return parse<int128>(text, precision, scale);
}

std::optional<std::int64_t> try_parse_decimal(std::string_view text, unsigned precision,
                                              unsigned scale) noexcept {
    return try_parse<std::int64_t>(text, precision, scale);
}

std::optional<int128> try_parse_wide_decimal(std::string_view text, unsigned precision,
                                             unsigned scale) noexcept {
    return try_parse<int128>(text, precision, scale);
}

std::ostream& put_decimal(std::ostream& out, std::int64_t scaled, unsigned scale) {
    return put(out, scaled, scale);
}

std::ostream& put_decimal(std::ostream& out, int128 scaled, unsigned scale) {
    return put(out, scaled, scale);
}

void throw_decimal_out_of_range(unsigned precision, unsigned scale, const char* cause) {
    throw_error(errc::out_of_range, type_name(precision, scale) + ": " + cause);
}

} // namespace hawser::detail
