#include "core/hex.hpp"
#include "pgwire/codec/date.hpp"
#include "pgwire/codec/interval.hpp"
#include "pgwire/codec/parameter.hpp"
#include "pgwire/codec/timestamp.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/uuid.hpp>
#include <span>
#include <string>
#include <string_view>

namespace hawser::pgwire {
namespace {

constexpr std::size_t longest =
    std::max({longest_interval_text, longest_time_text, detail::max_scaled_chars});

[[noreturn]] void throw_no_such(const field_view& field) {
    throw_error(errc::out_of_range, "a parameter of type " + std::string(to_string(field.type)) +
                                        " is beyond those of PostgreSQL");
}

// The text of a value that is short, written to `room`.
char* print_short(char (&room)[longest], const field_view& field) {
    char* const end = room + longest;
    const auto text = [&](std::string_view v) { return std::copy(v.begin(), v.end(), room); };
    switch (field.type) {
    case field_type::boolean: return text(field.integer != 0 ? "true" : "false");
    case field_type::float64:
        if (std::isnan(field.real)) return text("NaN");
        if (std::isinf(field.real)) return text(field.real < 0 ? "-Infinity" : "Infinity");
        return std::to_chars(room, end, field.real).ptr;
    case field_type::decimal: return detail::write_scaled(room, end, field.integer, field.scale).ptr;
    case field_type::wide_decimal: {
        const auto bytes = field.bytes();
        if (bytes.size() != 16) throw_error(errc::misuse, "a wide decimal has 16 bytes");
        const auto scaled = detail::decode_ordered(bytes.first<16>());
        return detail::write_scaled(room, end, scaled, field.scale).ptr;
    }
    case field_type::instant: {
        timestamptz_value v;
        if (convert(hawser::timestamp(std::chrono::microseconds(field.integer)), v) != fit::exact)
            throw_no_such(field);
        return print(room, v);
    }
    case field_type::date: {
        date_value v;
        if (convert(std::chrono::sys_days(std::chrono::days(field.integer)), v) != fit::exact)
            throw_no_such(field);
        return print(room, v);
    }
    case field_type::duration: return print(room, interval_of(std::chrono::microseconds(field.integer)));
    default: return std::to_chars(room, end, field.integer).ptr;
    }
}

void write_hex(output& out, std::span<const std::byte> bytes) {
    char* at = out.grow(2 * bytes.size());
    for (const std::byte b : bytes) {
        *at++ = hawser::detail::hex_digits[std::to_integer<unsigned>(b) >> 4];
        *at++ = hawser::detail::hex_digits[std::to_integer<unsigned>(b) & 15];
    }
}

void write_uuid(output& out, const field_view& field) {
    uuid::bytes_type bytes{};
    if (field.size != bytes.size()) throw_error(errc::misuse, "a uuid has 16 bytes");
    std::copy_n(field.bytes().data(), bytes.size(), bytes.data());
    out.bytes(uuid(bytes).to_string());
}

// Between the quotes of an array's element.
void write_escaped(output& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find_first_of("\"\\"), text.size());
        out.bytes(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) return;
        out.byte('\\');
        out.byte(text.front());
        text.remove_prefix(1);
    }
}

void write_short(output& out, const field_view& field) {
    char room[longest];
    out.bytes({room, static_cast<std::size_t>(print_short(room, field) - room)});
}

void write_text(output& out, const field_view& field);

void write_element(output& out, const field_view& field) {
    switch (field.type) {
    case field_type::null: return out.bytes("NULL");
    case field_type::text:
    case field_type::json:
        out.byte('"');
        write_escaped(out, field.text());
        return out.byte('"');
    case field_type::bytes:
        out.bytes("\"\\\\x");
        write_hex(out, field.bytes());
        return out.byte('"');
    case field_type::instant:
    case field_type::date:
    case field_type::duration:
        out.byte('"');
        write_short(out, field);
        return out.byte('"');
    case field_type::list: throw_error(errc::misuse, "a list in a list is no value");
    default: return write_text(out, field);
    }
}

void write_text(output& out, const field_view& field) {
    switch (field.type) {
    case field_type::text:
    case field_type::json: return out.bytes(field.text());
    case field_type::bytes: out.bytes("\\x"); return write_hex(out, field.bytes());
    case field_type::uuid: return write_uuid(out, field);
    case field_type::list: {
        char before = '{';
        for (const field_view& item : field.list()) {
            out.byte(before);
            write_element(out, item);
            before = ',';
        }
        return out.bytes(before == '{' ? "{}" : "}");
    }
    case field_type::key_of: throw_error(errc::misuse, "a generated key is not known yet");
    default: return write_short(out, field);
    }
}

} // namespace

void encode_parameter_text(output& out, const field_view& field) {
    if (field.is_null()) return out.integer(std::int32_t{-1});
    const std::size_t mark = out.open();
    write_text(out, field);
    out.close_value(mark);
}

} // namespace hawser::pgwire
