#include "pgwire/codec/numeric.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <algorithm>
#include <cstdint>

namespace hawser::pgwire {
namespace {

// Four digits of the group at this power of 10000.
void write_group(const numeric_view& v, int power, char* four) noexcept {
    const int i = v.weight - power;
    unsigned group =
        i >= 0 && static_cast<std::size_t>(i) < v.size() ? v.group(static_cast<std::size_t>(i)) : 0;
    for (int at = 3; at >= 0; --at, group /= 10) four[at] = static_cast<char>('0' + group % 10);
}

void print(const numeric_view& v, std::string& out) {
    char four[4];
    if (v.sign == numeric_sign::negative) out += '-';
    if (v.size() == 0 || v.weight < 0) {
        out += '0';
    } else {
        write_group(v, v.weight, four);
        const std::string_view first(four, 4);
        out.append(first.substr(first.find_first_not_of('0')));
        for (int power = v.weight - 1; power >= 0; --power) {
            write_group(v, power, four);
            out.append(four, 4);
        }
    }
    if (v.dscale == 0) return;
    out += '.';
    int power = 0;
    for (unsigned left = v.dscale; left > 0; left -= std::min(left, 4u)) {
        write_group(v, --power, four);
        out.append(four, std::min(left, 4u));
    }
}

bool to_text(std::string_view binary, const type_info&, const types&, std::string& out) {
    numeric_view v;
    if (!decode_numeric(binary, v)) return false;
    switch (v.sign) {
    case numeric_sign::nan: out += "NaN"; break;
    case numeric_sign::infinity: out += "Infinity"; break;
    case numeric_sign::minus_infinity: out += "-Infinity"; break;
    default: print(v, out);
    }
    return true;
}

// The digits of a text, without its sign and exponent.
struct written_digits {
    std::string_view whole;
    std::string_view fraction;
    std::int64_t exponent = 0;

    [[nodiscard]] std::int64_t size() const noexcept {
        return static_cast<std::int64_t>(whole.size() + fraction.size());
    }
    [[nodiscard]] unsigned digit(std::int64_t i) const noexcept {
        const auto at = static_cast<std::size_t>(i);
        return static_cast<unsigned>((at < whole.size() ? whole[at] : fraction[at - whole.size()]) - '0');
    }
    // The power of ten of the first digit.
    [[nodiscard]] std::int64_t first_power() const noexcept {
        return static_cast<std::int64_t>(whole.size()) + exponent - 1;
    }
};

std::string_view take_digits(std::string_view& text) noexcept {
    const std::size_t count =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

// The server's limit, far beyond what any number can have.
constexpr std::int64_t greatest_exponent = 1'073'741'822;

bool take_exponent(std::string_view& text, std::int64_t& out) noexcept {
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    const std::string_view digits = take_digits(text);
    for (const char c : digits) {
        out = out * 10 + (c - '0');
        if (out > greatest_exponent) return false;
    }
    if (negative) out = -out;
    return !digits.empty();
}

bool read(std::string_view text, written_digits& out) noexcept {
    out.whole = take_digits(text);
    if (take(text, '.')) out.fraction = take_digits(text);
    if (out.size() == 0) return false;
    if ((take(text, 'e') || take(text, 'E')) && !take_exponent(text, out.exponent)) return false;
    return text.empty();
}

constexpr std::int64_t floor_of_quarter(std::int64_t v) noexcept {
    return v >= 0 ? v / 4 : -((-v + 3) / 4);
}

void encode_header(output& out, std::size_t count, int weight, numeric_sign sign, unsigned dscale) {
    out.integer(static_cast<std::uint16_t>(count));
    out.integer(static_cast<std::int16_t>(weight));
    out.integer(static_cast<std::uint16_t>(sign));
    out.integer(static_cast<std::uint16_t>(dscale));
}

bool encode(const written_digits& text, bool negative, output& out) {
    const std::int64_t dscale =
        std::max<std::int64_t>(0, static_cast<std::int64_t>(text.fraction.size()) - text.exponent);
    if (dscale > greatest_dscale) return false;
    std::int64_t first = 0;
    std::int64_t end = text.size();
    while (first < end && text.digit(first) == 0) ++first;
    while (first < end && text.digit(end - 1) == 0) --end;
    if (first == end) {
        encode_header(out, 0, 0, numeric_sign::positive, static_cast<unsigned>(dscale));
        return true;
    }
    const std::int64_t weight = floor_of_quarter(text.first_power() - first);
    const std::int64_t least = floor_of_quarter(text.first_power() - (end - 1));
    if (weight > greatest_weight) return false;
    encode_header(out, static_cast<std::size_t>(weight - least + 1), static_cast<int>(weight),
                  negative ? numeric_sign::negative : numeric_sign::positive, static_cast<unsigned>(dscale));
    for (std::int64_t power = weight; power >= least; --power) {
        unsigned group = 0;
        for (std::int64_t ten = 4 * power + 3; ten >= 4 * power; --ten) {
            const std::int64_t i = text.first_power() - ten;
            group = group * 10 + (i >= first && i < end ? text.digit(i) : 0);
        }
        out.integer(static_cast<std::uint16_t>(group));
    }
    return true;
}

bool to_binary(std::string_view text, const type_info&, const types&, output& out) {
    constexpr unsigned dscale_of_infinity = 32; // what the server sends there
    text = trimmed(text);
    if (is_word(text, "nan")) {
        encode_header(out, 0, 0, numeric_sign::nan, 0);
        return true;
    }
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    if (is_word(text, "infinity") || is_word(text, "inf")) {
        encode_header(out, 0, 0, negative ? numeric_sign::minus_infinity : numeric_sign::infinity,
                      dscale_of_infinity);
        return true;
    }
    written_digits digits;
    return read(text, digits) && encode(digits, negative, out);
}

} // namespace

const codec numeric_codec{to_text, to_binary};

} // namespace hawser::pgwire
