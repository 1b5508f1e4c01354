#include "pgwire/codec/parameter.hpp"
#include "pgwire/codec/array_header.hpp"
#include "pgwire/codec/base_type.hpp"
#include "pgwire/codec/date.hpp"
#include "pgwire/codec/interval.hpp"
#include "pgwire/codec/json.hpp"
#include "pgwire/codec/nested.hpp"
#include "pgwire/codec/numeric.hpp"
#include "pgwire/codec/reals.hpp"
#include "pgwire/codec/timestamp.hpp"
#include "pgwire/oids.hpp"
#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/error.hpp>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace hawser::pgwire {
namespace {

using namespace std::string_literals;

constexpr std::int32_t null_length = -1;

// Type names may come from a database's catalog.
[[noreturn]] void throw_mismatch(const field_view& field, const type_info& wanted) {
    throw_error(errc::type_mismatch, "a parameter of type "s.append(to_string(field.type)) +
                                         " cannot be sent as " + std::string(wanted.name));
}
[[noreturn]] void throw_no_fit(const field_view& field, const type_info& wanted) {
    throw_error(errc::out_of_range, "a parameter of type "s.append(to_string(field.type)) +
                                        " does not fit into " + std::string(wanted.name));
}
[[noreturn]] void throw_no_binary(const std::string& wanted) {
    throw_error(errc::unsupported, "the binary form of type " + wanted + " is not known");
}

// Length and value in one piece.
template <std::integral I>
void write_fixed(output& out, I v) {
    char* const at = out.grow(sizeof(std::int32_t) + sizeof(I));
    store(at, static_cast<std::int32_t>(sizeof(I)));
    store(at + sizeof(std::int32_t), v);
}
void write_bytes(output& out, std::string_view v) {
    char* const at = out.grow(sizeof(std::int32_t) + v.size());
    // Values are shorter than 2^31 bytes; that a message takes them, its end sees to.
    store(at, static_cast<std::int32_t>(v.size()));
    if (!v.empty()) std::memcpy(at + sizeof(std::int32_t), v.data(), v.size());
}

template <class I>
bool write_integer(output& out, std::int64_t v) {
    if (!std::in_range<I>(v)) return false;
    write_fixed(out, static_cast<I>(v));
    return true;
}

template <std::floating_point F>
void write_real(output& out, F v) {
    write_fixed(out, std::bit_cast<bits_of_real<F>>(v));
}

// Only where the real is the same number.
template <class F>
bool write_whole(output& out, std::int64_t v) {
    const auto real = static_cast<F>(v);
    constexpr F end = static_cast<F>(std::uint64_t{1} << 63); // no int64 any more
    if (real >= end || static_cast<std::int64_t>(real) != v) return false;
    write_real(out, real);
    return true;
}

bool write_short_real(output& out, double v) {
    constexpr double most = std::numeric_limits<float>::max();
    if (std::isfinite(v) && (v > most || v < -most)) return false;
    const auto real = static_cast<float>(v);
    if (real == 0 && v != 0) return false;
    write_real(out, real);
    return true;
}

void write_jsonb(output& out, std::string_view document) {
    const std::size_t mark = out.open();
    encode_jsonb(out, document);
    out.close_value(mark);
}

void write_decimal(output& out, detail::int128 scaled, unsigned scale) {
    const std::size_t mark = out.open();
    encode_scaled(out, scaled, scale);
    out.close_value(mark);
}
detail::int128 wide_of(const field_view& field) {
    if (field.size != 16) throw_error(errc::misuse, "a wide decimal has 16 bytes");
    return detail::decode_ordered(std::span<const std::byte, 16>(field.bytes().data(), 16));
}

bool write_instant(output& out, std::int64_t since_1970) {
    timestamp_value v;
    if (convert(hawser::timestamp(std::chrono::microseconds(since_1970)), v) != fit::exact) return false;
    write_fixed(out, v.microseconds);
    return true;
}
bool write_date(output& out, std::int64_t since_1970) {
    date_value v;
    if (convert(std::chrono::sys_days(std::chrono::days(since_1970)), v) != fit::exact) return false;
    out.integer(std::int32_t{4});
    encode(out, v);
    return true;
}
void write_duration(output& out, std::int64_t microseconds) {
    out.integer(std::int32_t{16});
    encode(out, interval_of(std::chrono::microseconds(microseconds)));
}

// Whether a value's text is the value.
bool is_text(const type_info& type) noexcept {
    switch (type.id) {
    case oids::text:
    case oids::varchar:
    case oids::bpchar:
    case oids::name:
    case oids::unknown:
    case oids::json: return true;
    default: return type.kind == type_kind::enumerated;
    }
}

void write_text(output& out, const field_view& field, const type_info& type, const types& known) {
    if (is_text(type)) return write_bytes(out, field.text());
    if (type.id == oids::jsonb) return write_jsonb(out, field.text());
    const codec* const made = codec_of(type);
    if (made == nullptr || !has_binary_form(type, known)) throw_no_binary(std::string(type.name));
    const std::size_t mark = out.open();
    if (!made->to_binary(field.text(), type, known, out))
        throw_error(errc::type_mismatch, "a parameter's text cannot be read as " + std::string(type.name));
    out.close_value(mark);
}

bool write_int64(output& out, std::int64_t v, const type_info& type, bool& possible) {
    switch (type.id) {
    case oids::int2: return write_integer<std::int16_t>(out, v);
    case oids::int4: return write_integer<std::int32_t>(out, v);
    case oids::int8: return write_integer<std::int64_t>(out, v);
    case oids::object:
    case oids::xid:
    case oids::cid: return write_integer<std::uint32_t>(out, v);
    case oids::xid8: return write_integer<std::uint64_t>(out, v);
    case oids::float4: return write_whole<float>(out, v);
    case oids::float8: return write_whole<double>(out, v);
    case oids::numeric: write_decimal(out, v, 0); return true;
    default: possible = false; return false;
    }
}

void write_value(output& out, const field_view& field, const type_info& type, const types& known);

const type_info& type_of(oid wanted, const types& known) {
    const type_info* const named = known.find(wanted);
    const type_info* const type = named == nullptr ? nullptr : base_of(*named, known);
    if (type == nullptr) throw_no_binary(std::to_string(wanted));
    return *type;
}

// The server takes arrays only of the element that it wants, be that a domain.
void write_list(output& out, const field_view& field, const type_info& type, const types& known) {
    const auto items = field.list();
    const bool has_null =
        std::any_of(items.begin(), items.end(), [](const field_view& f) { return f.is_null(); });
    const std::size_t mark = begin_array(out, type.part, items.size(), has_null);
    const type_info& element = type_of(type.part, known);
    for (const field_view& item : items) write_value(out, item, element, known);
    out.close_value(mark);
}

// False: it does not fit. `possible` becomes false where the type has no form for such values at all.
bool write_field(output& out, const field_view& field, const type_info& type, const types& known,
                 bool& possible) {
    const auto only = [&](bool wanted) {
        possible = wanted;
        return wanted;
    };
    switch (field.type) {
    case field_type::boolean:
        if (!only(type.id == oids::boolean)) return false;
        out.integer(std::int32_t{1});
        out.byte(field.integer != 0 ? '\1' : '\0');
        return true;
    case field_type::int64: return write_int64(out, field.integer, type, possible);
    case field_type::float64:
        if (type.id == oids::float4) return write_short_real(out, field.real);
        if (!only(type.id == oids::float8)) return false;
        write_real(out, field.real);
        return true;
    case field_type::text: write_text(out, field, type, known); return true;
    case field_type::json:
        if (type.id == oids::jsonb)
            write_jsonb(out, field.text());
        else if (only(is_text(type)))
            write_bytes(out, field.text());
        return possible;
    case field_type::bytes:
        if (only(type.id == oids::bytea)) write_bytes(out, field.text());
        return possible;
    case field_type::uuid:
        if (only(type.id == oids::uuid && field.size == 16)) write_bytes(out, field.text());
        return possible;
    case field_type::decimal:
        if (only(type.id == oids::numeric)) write_decimal(out, field.integer, field.scale);
        return possible;
    case field_type::wide_decimal:
        if (only(type.id == oids::numeric)) write_decimal(out, wide_of(field), field.scale);
        return possible;
    case field_type::instant:
        if (!only(type.id == oids::timestamptz || type.id == oids::timestamp)) return false;
        return write_instant(out, field.integer);
    case field_type::date:
        if (!only(type.id == oids::date)) return false;
        return write_date(out, field.integer);
    case field_type::duration:
        if (only(type.id == oids::interval)) write_duration(out, field.integer);
        return possible;
    case field_type::list:
        if (only(type.kind == type_kind::array)) write_list(out, field, type, known);
        return possible;
    case field_type::null:
    case field_type::key_of: break;
    }
    return only(false);
}

void write_value(output& out, const field_view& field, const type_info& type, const types& known) {
    if (field.is_null()) return out.integer(null_length);
    bool possible = true;
    if (write_field(out, field, type, known, possible)) return;
    if (possible) throw_no_fit(field, type);
    if (codec_of(type) == nullptr) throw_no_binary(std::string(type.name));
    throw_mismatch(field, type);
}

oid array_of(field_type element) noexcept {
    switch (element) {
    case field_type::boolean: return oids::boolean_array;
    case field_type::int64:
    case field_type::key_of: return oids::int8_array;
    case field_type::float64: return oids::float8_array;
    case field_type::text: return oids::text_array;
    case field_type::bytes: return oids::bytea_array;
    case field_type::json: return oids::jsonb_array;
    case field_type::decimal:
    case field_type::wide_decimal: return oids::numeric_array;
    case field_type::uuid: return oids::uuid_array;
    case field_type::instant: return oids::timestamptz_array;
    case field_type::date: return oids::date_array;
    case field_type::duration: return oids::interval_array;
    case field_type::null:
    case field_type::list: break;
    }
    return 0;
}

} // namespace

oid parameter_type(const field_view& field) noexcept {
    switch (field.type) {
    case field_type::boolean: return oids::boolean;
    case field_type::int64:
    case field_type::key_of: return oids::int8;
    case field_type::float64: return oids::float8;
    case field_type::text: return oids::text;
    case field_type::bytes: return oids::bytea;
    case field_type::json: return oids::jsonb;
    case field_type::decimal:
    case field_type::wide_decimal: return oids::numeric;
    case field_type::uuid: return oids::uuid;
    case field_type::instant: return oids::timestamptz;
    case field_type::date: return oids::date;
    case field_type::duration: return oids::interval;
    case field_type::list: return array_of(field.element);
    case field_type::null: break;
    }
    return 0;
}

void encode_parameter(output& out, const field_view& field, oid wanted, const types& known) {
    if (field.is_null()) return out.integer(null_length);
    // Nearly all parameters are what the mapping stores, where it is stored, and nearly all of them one of these four.
    switch (field.type) {
    case field_type::text:
        if (wanted == oids::text) return write_bytes(out, field.text());
        break;
    case field_type::int64:
        if (wanted == oids::int8) return write_fixed(out, field.integer);
        break;
    case field_type::float64:
        if (wanted == oids::float8) return write_real(out, field.real);
        break;
    case field_type::instant:
        if (wanted == oids::timestamptz && write_instant(out, field.integer)) return;
        break;
    default: break;
    }
    // There the type need not be looked up.
    if (field.type != field_type::list && wanted == parameter_type(field)) {
        bool possible = true;
        if (write_field(out, field, {.id = wanted}, known, possible)) return;
    }
    write_value(out, field, type_of(wanted, known), known);
}

} // namespace hawser::pgwire
