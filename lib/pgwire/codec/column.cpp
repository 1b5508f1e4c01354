#include "pgwire/codec/column.hpp"
#include "pgwire/codec/base_type.hpp"
#include "pgwire/codec/date.hpp"
#include "pgwire/codec/integers.hpp"
#include "pgwire/codec/interval.hpp"
#include "pgwire/codec/json.hpp"
#include "pgwire/codec/nested.hpp"
#include "pgwire/codec/numeric.hpp"
#include "pgwire/codec/reals.hpp"
#include "pgwire/codec/timestamp.hpp"
#include "pgwire/oids.hpp"
#include <array>
#include <charconv>
#include <cstring>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/uuid.hpp>
#include <utility>

namespace hawser::pgwire {
namespace {

// Values are shorter than 2^31 bytes. An empty view may have no address, which engines read as NULL.
field_view view_of(field_type type, std::string_view v) noexcept {
    return field_view::of(type, v.empty() ? "" : v.data(), static_cast<std::uint32_t>(v.size()));
}

field_view kept(field_type type, std::string_view v, made_text& made) {
    return view_of(type, made.keep(v));
}

template <std::size_t Longest, class Value>
field_view printed(const Value& v, made_text& made) {
    char text[Longest];
    return kept(field_type::text, {text, static_cast<std::size_t>(print(text, v) - text)}, made);
}

// Of up to 18 digits an integer, up to 38 the wide form.
bool decimal_of(detail::int128 scaled, unsigned scale, made_text& made, field_view& out) {
    constexpr unsigned narrow_digits = 18;
    const detail::uint128 size = detail::magnitude(scaled);
    if (scale <= narrow_digits && size < static_cast<detail::uint128>(detail::power_of_ten(narrow_digits))) {
        out = field_view::of(field_type::decimal, static_cast<std::int64_t>(scaled),
                             static_cast<std::uint8_t>(scale));
        return true;
    }
    if (scale > detail::max_power_of_ten ||
        size >= static_cast<detail::uint128>(detail::power_of_ten(detail::max_power_of_ten)))
        return false;
    const std::array<std::byte, 16> bytes = detail::encode_ordered(scaled);
    char* const at = made.room(bytes.size());
    std::memcpy(at, bytes.data(), bytes.size());
    out = field_view::of(field_type::wide_decimal, at, bytes.size());
    out.scale = static_cast<std::uint8_t>(scale);
    return true;
}

template <class N>
bool read_number(std::string_view text, N& out) noexcept {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failure == std::errc{} && end == text.data() + text.size();
}

enum class decimal_text { scaled, too_long, none };

// Digits, with a sign before them and a point among them. Those beyond 38 are looked at, though they do not fit.
decimal_text read_decimal(std::string_view text, detail::int128& scaled, unsigned& scale) noexcept {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    detail::uint128 sum = 0;
    std::size_t digits = 0, point = 0; // digits up to the point and itself
    bool fits = true;
    for (const char c : text) {
        if (c == '.' && point == 0) {
            point = digits + 1;
            continue;
        }
        if (c < '0' || c > '9') return decimal_text::none;
        ++digits;
        fits = fits && !__builtin_mul_overflow(sum, detail::uint128{10}, &sum) &&
               !__builtin_add_overflow(sum, static_cast<detail::uint128>(c - '0'), &sum);
    }
    const std::size_t behind = point == 0 ? 0 : digits + 1 - point;
    if (digits == 0) return decimal_text::none;
    if (!fits || behind > detail::max_power_of_ten || sum > static_cast<detail::uint128>(detail::int128_max))
        return decimal_text::too_long;
    scaled = negative ? -static_cast<detail::int128>(sum) : static_cast<detail::int128>(sum);
    scale = static_cast<unsigned>(behind);
    return decimal_text::scaled;
}

field_view field_of(timestamptz_value v, made_text& made) {
    hawser::timestamp at;
    if (convert(v, at) != fit::exact) return printed<longest_time_text>(v, made);
    return field_view::of(field_type::instant, at.time_since_epoch().count());
}
field_view field_of(timestamp_value v, made_text& made) {
    hawser::timestamp at;
    if (convert(v, at) != fit::exact) return printed<longest_time_text>(v, made);
    return field_view::of(field_type::instant, at.time_since_epoch().count());
}
field_view field_of(date_value v, made_text& made) {
    std::chrono::sys_days at;
    if (convert(v, at) != fit::exact) return printed<longest_time_text>(v, made);
    return field_view::of(field_type::date, at.time_since_epoch().count());
}
field_view field_of(const interval_value& v, made_text& made) {
    std::chrono::microseconds d{};
    if (convert(v, d) != fit::exact) return printed<longest_interval_text>(v, made);
    return field_view::of(field_type::duration, d.count());
}

} // namespace

// Both formats of each type side by side.
struct column_readers {
    using reader = column::reader;

    struct both {
        reader text;
        reader binary;

        [[nodiscard]] reader in(format f) const noexcept { return f == format::binary ? binary : text; }
    };

    static bool as_text(std::string_view wire, const column&, made_text&, field_view& out) {
        out = view_of(field_type::text, wire);
        return true;
    }
    static bool as_json(std::string_view wire, const column&, made_text&, field_view& out) {
        out = view_of(field_type::json, wire);
        return true;
    }
    static bool as_bytes(std::string_view wire, const column&, made_text&, field_view& out) {
        out = view_of(field_type::bytes, wire);
        return true;
    }

    static bool boolean(std::string_view wire, const column&, made_text&, field_view& out) {
        if (wire.size() != 1) return false;
        out = field_view::of(field_type::boolean, wire[0] != 0 ? 1 : 0);
        return true;
    }
    static bool boolean_text(std::string_view wire, const column&, made_text&, field_view& out) {
        out = field_view::of(field_type::boolean, wire == "t" ? 1 : 0);
        return wire == "t" || wire == "f";
    }

    template <class I>
    static bool integer(std::string_view wire, const column&, made_text&, field_view& out) {
        I v{};
        if (!decode_integer(wire, v)) return false;
        out = field_view::of(field_type::int64, v);
        return true;
    }
    template <class I>
    static bool integer_text(std::string_view wire, const column&, made_text&, field_view& out) {
        I v{};
        if (!read_number(wire, v)) return false;
        out = field_view::of(field_type::int64, v);
        return true;
    }

    static bool xid8(std::string_view wire, const column& self, made_text& made, field_view& out) {
        std::uint64_t v = 0;
        if (!decode_integer(wire, v)) return false;
        if (!std::in_range<std::int64_t>(v)) return by_codec(wire, self, made, out);
        out = field_view::of(field_type::int64, static_cast<std::int64_t>(v));
        return true;
    }
    static bool xid8_text(std::string_view wire, const column& self, made_text& made, field_view& out) {
        std::uint64_t v = 0;
        if (!read_number(wire, v)) return false;
        if (!std::in_range<std::int64_t>(v)) return as_text(wire, self, made, out);
        out = field_view::of(field_type::int64, static_cast<std::int64_t>(v));
        return true;
    }

    template <class F>
    static bool real(std::string_view wire, const column&, made_text&, field_view& out) {
        F v{};
        if (!decode_real(wire, v)) return false;
        out = field_view::of(static_cast<double>(v));
        return true;
    }
    template <class F>
    static bool real_text(std::string_view wire, const column&, made_text&, field_view& out) {
        F v{};
        if (!read_number(wire, v)) return false; // Infinity and NaN too
        out = field_view::of(static_cast<double>(v));
        return true;
    }

    static bool numeric(std::string_view wire, const column& self, made_text& made, field_view& out) {
        detail::int128 scaled{};
        unsigned scale = 0;
        if (scaled_of(wire, scaled, scale) && decimal_of(scaled, scale, made, out)) return true;
        return by_codec(wire, self, made, out);
    }
    static bool numeric_text(std::string_view wire, const column& self, made_text& made, field_view& out) {
        detail::int128 scaled{};
        unsigned scale = 0;
        const decimal_text read = read_decimal(wire, scaled, scale);
        if (read == decimal_text::scaled && decimal_of(scaled, scale, made, out)) return true;
        if (read == decimal_text::none && wire != "NaN" && wire != "Infinity" && wire != "-Infinity")
            return false;
        return as_text(wire, self, made, out);
    }

    static bool jsonb(std::string_view wire, const column&, made_text&, field_view& out) {
        std::string_view text;
        if (!decode_jsonb(wire, text)) return false;
        out = view_of(field_type::json, text);
        return true;
    }

    static bool bytea_text(std::string_view wire, const column& self, made_text& made, field_view& out) {
        output& bytes = made.scratch_bytes();
        if (!self.codec_->to_binary(wire, *self.type_, *self.known_, bytes)) return false;
        out = kept(field_type::bytes, bytes.view(), made);
        return true;
    }

    static bool uuid(std::string_view wire, const column&, made_text&, field_view& out) {
        if (wire.size() != 16) return false;
        out = view_of(field_type::uuid, wire);
        return true;
    }
    static bool uuid_text(std::string_view wire, const column&, made_text& made, field_view& out) {
        const auto parsed = hawser::uuid::try_parse(wire);
        if (!parsed) return false;
        const auto bytes = parsed->bytes();
        out = kept(field_type::uuid, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, made);
        return true;
    }

    // Of the types with a plain form of their own.
    template <class Value>
    static bool plain(std::string_view wire, const column&, made_text& made, field_view& out) {
        Value v{};
        if (!decode(wire, v)) return false;
        out = field_of(v, made);
        return true;
    }
    template <class Value>
    static bool plain_text(std::string_view wire, const column&, made_text& made, field_view& out) {
        Value v{};
        if (!parse(wire, v)) return false;
        out = field_of(v, made);
        return true;
    }

    static bool by_codec(std::string_view wire, const column& self, made_text& made, field_view& out) {
        std::string& text = made.scratch();
        if (!self.codec_->to_text(wire, *self.type_, *self.known_, text)) return false;
        out = kept(field_type::text, text, made);
        return true;
    }

    // Of the types that are more than text; without readers: of the others.
    static both of(const type_info& type) noexcept {
        switch (type.id) {
        case oids::boolean: return {boolean_text, boolean};
        case oids::int2: return {integer_text<std::int16_t>, integer<std::int16_t>};
        case oids::int4: return {integer_text<std::int32_t>, integer<std::int32_t>};
        case oids::int8: return {integer_text<std::int64_t>, integer<std::int64_t>};
        case oids::object:
        case oids::xid:
        case oids::cid: return {integer_text<std::uint32_t>, integer<std::uint32_t>};
        case oids::xid8: return {xid8_text, xid8};
        case oids::float4: return {real_text<float>, real<float>};
        case oids::float8: return {real_text<double>, real<double>};
        case oids::numeric: return {numeric_text, numeric};
        case oids::text:
        case oids::varchar:
        case oids::bpchar:
        case oids::name:
        case oids::unknown: return {as_text, as_text};
        case oids::json: return {as_json, as_json};
        case oids::jsonb: return {as_json, jsonb};
        case oids::bytea: return {bytea_text, as_bytes};
        case oids::uuid: return {uuid_text, uuid};
        case oids::timestamp: return {plain_text<timestamp_value>, plain<timestamp_value>};
        case oids::timestamptz: return {plain_text<timestamptz_value>, plain<timestamptz_value>};
        case oids::date: return {plain_text<date_value>, plain<date_value>};
        case oids::interval: return {plain_text<interval_value>, plain<interval_value>};
        default: return type.kind == type_kind::enumerated ? both{as_text, as_text} : both{};
        }
    }
};

column::column(const type_info& type, const types& known, format f)
    : type_(base_of(type, known)), known_(&known) {
    if (type_ == nullptr) type_ = &type;
    codec_ = codec_of(*type_);
    read_ = column_readers::of(*type_).in(f);
    if (read_ != nullptr) return;
    if (f == format::text)
        read_ = column_readers::as_text; // as the server prints it
    else if (codec_ != nullptr && has_binary_form(*type_, known))
        read_ = column_readers::by_codec;
}

} // namespace hawser::pgwire
