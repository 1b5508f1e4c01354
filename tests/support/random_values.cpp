#include "support/random_values.hpp"
#include "support/postgres_bytes.hpp"
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <compare>
#include <cstdlib>
#include <limits>
#include <pgwire/input.hpp>
#include <pgwire/oids.hpp>
#include <utility>

namespace support {

using namespace hawser::pgwire;
using pg::int2;
using pg::int4;
using pg::int8;

namespace {

constexpr std::int64_t least64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most64 = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t most32 = std::numeric_limits<std::int32_t>::max();

std::string u16(std::int64_t v) {
    return int2(static_cast<std::int16_t>(static_cast<std::uint16_t>(v)));
}
std::string u32(std::int64_t v) {
    return int4(static_cast<std::int32_t>(static_cast<std::uint32_t>(v)));
}
std::string byte(std::int64_t v) {
    return std::string(1, static_cast<char>(static_cast<unsigned char>(v)));
}
std::string value(const std::optional<std::string>& v) {
    return v ? int4(static_cast<std::int32_t>(v->size())) + *v : int4(-1);
}

struct decimal_parts {
    std::int16_t weight;
    std::uint16_t sign;
    std::vector<std::uint16_t> digits;
};

decimal_parts parts_of(std::string_view numeric) {
    input in(numeric);
    decimal_parts p{};
    p.digits.resize(in.integer<std::uint16_t>());
    p.weight = in.integer<std::int16_t>();
    p.sign = in.integer<std::uint16_t>();
    in.integer<std::uint16_t>();
    for (std::uint16_t& d : p.digits) d = in.integer<std::uint16_t>();
    return p;
}

// As the server sorts them: NaN is behind all others.
std::weak_ordering compare_numerics(std::string_view left, std::string_view right) {
    const decimal_parts a = parts_of(left);
    const decimal_parts b = parts_of(right);
    const auto place = [](const decimal_parts& p) {
        switch (p.sign) {
        case 0xC000: return 3;
        case 0xD000: return 2;
        case 0xF000: return -2;
        default: return p.digits.empty() ? 0 : p.sign == 0 ? 1 : -1;
        }
    };
    if (place(a) != place(b) || std::abs(place(a)) != 1) return place(a) <=> place(b);
    const auto size = std::pair(a.weight, a.digits) <=> std::pair(b.weight, b.digits);
    if (a.sign == 0) return size;
    return std::pair(b.weight, b.digits) <=> std::pair(a.weight, a.digits);
}

std::int64_t whole(std::string_view bytes) {
    input in(bytes);
    return bytes.size() == 4 ? in.integer<std::int32_t>() : in.integer<std::int64_t>();
}

bool is_above(oid subtype, std::string_view left, std::string_view right) {
    switch (subtype) {
    case oids::numeric: return compare_numerics(left, right) > 0;
    case oids::text: return left > right; // collation "C"
    default: return whole(left) > whole(right);
    }
}

} // namespace

const std::vector<std::string> random_values::labels{"sad", "ok", "so \"so\"", "a,b", "NULL", "{}", " b\\ "};

std::int64_t random_values::between(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(chance_);
}

std::int64_t random_values::number(std::int64_t least, std::int64_t most) {
    const auto fit = [&](std::int64_t v) { return v >= least && v <= most; };
    if (once_in(8)) {
        const std::array edges{least, least + 1, most - 1, most, std::int64_t{0}, std::int64_t{-1}};
        const std::int64_t edge = edges[static_cast<std::size_t>(between(0, edges.size() - 1))];
        if (fit(edge)) return edge;
    }
    const auto some = static_cast<std::int64_t>(chance_() >> between(1, 63));
    const std::int64_t either = once_in(2) ? some : -some;
    return fit(either) ? either : between(least, most);
}

std::string random_values::bytes(std::size_t count) {
    std::string made(count, '\0');
    for (char& c : made) c = static_cast<char>(between(0, 255));
    return made;
}

std::string random_values::text(std::int64_t most_characters) {
    static constexpr std::array<std::string_view, 34> pieces{
        "a", "B",    "z", "0",  "9",    " ", " ", "\t",     "\n",   "\"", "\\", "\\\\",
        "'", "{",    "}", "(",  ")",    "[", "]", ",",      ";",    ":",  "/",  "\r",
        "é", "\x7f", "€", "😀", "\x01", "%", "$", "\u00a0", "NULL", "-"};
    std::string made;
    for (std::int64_t left = between(0, most_characters); left > 0; --left)
        made += pieces[static_cast<std::size_t>(between(0, pieces.size() - 1))];
    return made;
}

std::string random_values::json(int depth) {
    const auto word = [&] {
        std::string quoted = "\"";
        for (const char c : text(6)) {
            if (c == '"' || c == '\\')
                quoted += '\\', quoted += c;
            else if (static_cast<unsigned char>(c) < 0x20)
                quoted += "\\u00", quoted += c < 0x10 ? '0' : '1', quoted += "0123456789abcdef"[c % 16];
            else
                quoted += c;
        }
        return quoted + '"';
    };
    switch (between(0, depth > 0 ? 7 : 5)) {
    case 0: return "null";
    case 1: return "true";
    case 2: return "false";
    case 3: return std::to_string(number(least64, most64));
    case 4: return std::to_string(number(least32, most32)) + ".50" + (once_in(2) ? "e-7" : "");
    case 5: return word();
    case 6: {
        std::string list = "[";
        for (std::int64_t n = between(0, 4); n > 0; --n) list += json(depth - 1) + (n > 1 ? " , " : "");
        return list + "]";
    }
    default: {
        std::string members = "{ ";
        for (std::int64_t n = between(0, 4); n > 0; --n)
            members += word() + ":" + json(depth - 1) + (n > 1 ? "," : "");
        return members + "}";
    }
    }
}

std::string random_values::json_path() {
    const std::string n = std::to_string(between(0, 1000));
    const std::array<std::string, 6> forms{
        "$",
        "$.\"a\"[*]",
        "strict $.\"é " + n + "\"?(@ > " + n + ")",
        "$[" + n + " to last]",
        "$.**{2 to " + n + "}.\"b\\\\\"",
        "$?(@.\"t\" starts with \"" + n + "\" || exists (@.\"u\"))",
    };
    return forms[static_cast<std::size_t>(between(0, forms.size() - 1))];
}

// As the server keeps them: no group of zeros at either end, and none behind the scale.
std::string random_values::numeric() {
    const auto special = [](std::int64_t sign, std::int64_t scale) {
        return u16(0) + u16(0) + u16(sign) + u16(scale);
    };
    if (once_in(16)) return special(0xC000, 0);
    if (once_in(16)) return special(once_in(2) ? 0xD000 : 0xF000, 32);
    if (once_in(16)) return u16(0) + u16(0) + u16(0) + u16(between(0, 20));
    const std::int64_t count = between(1, once_in(8) ? 60 : 6);
    const std::int64_t weight = once_in(8) ? between(-300, 300) : between(-6, 6);
    std::vector<std::int64_t> groups;
    for (std::int64_t i = 0; i < count; ++i)
        groups.push_back(once_in(4) ? 0 : once_in(4) ? between(1, 9) * 1000 : between(0, 9999));
    for (std::int64_t* const end : {&groups.front(), &groups.back()})
        if (*end == 0) *end = between(1, 9999);
    std::int64_t scale = 4 * (count - 1 - weight);
    for (std::int64_t last = groups.back(); last % 10 == 0; last /= 10) --scale;
    std::string made = u16(count) + u16(weight) + u16(once_in(2) ? 0x4000 : 0) +
                       u16(std::max(scale, std::int64_t{0}) + (once_in(2) ? between(0, 9) : 0));
    for (const std::int64_t g : groups) made += u16(g);
    return made;
}

std::string random_values::float4() {
    float v = once_in(2) ? std::bit_cast<float>(static_cast<std::uint32_t>(chance_()))
                         : static_cast<float>(number(least64, most64)) / 64;
    if (std::isnan(v)) v = std::numeric_limits<float>::quiet_NaN();
    if (once_in(16)) v = once_in(2) ? -std::numeric_limits<float>::infinity() : -0.0F;
    return int4(std::bit_cast<std::int32_t>(v));
}

std::string random_values::float8() {
    double v =
        once_in(2) ? std::bit_cast<double>(chance_()) : static_cast<double>(number(least64, most64)) / 1000;
    if (std::isnan(v) || once_in(32)) v = std::numeric_limits<double>::quiet_NaN();
    if (once_in(16)) v = once_in(2) ? std::numeric_limits<double>::infinity() : -0.0;
    return int8(std::bit_cast<std::int64_t>(v));
}

std::string random_values::time() {
    constexpr std::int64_t second = 1'000'000;
    constexpr std::int64_t day = 86'400 * second; // 24:00:00 itself too
    return int8(once_in(3) ? between(0, 86'400) * second : number(0, day));
}

std::string random_values::date() {
    if (once_in(16)) return u32(once_in(2) ? least32 : most32); // the infinities
    return u32(number(-2'451'545, 2'145'031'548));              // 24 November 4714 BC to 31 December 5874897
}

std::string random_values::timestamp() {
    if (once_in(16)) return int8(once_in(2) ? least64 : most64); // the infinities
    constexpr std::int64_t day = 86'400'000'000;
    if (once_in(4)) return int8(between(-800'000, 800'000) * day);
    return int8(number(-211'813'488'000'000'000, 9'223'371'331'199'999'999)); // to 31 December 294276
}

// The server does not read the least one again, which it prints.
std::string random_values::interval() {
    return int8(once_in(3) ? 0 : number(least64 + 1, most64)) +
           u32(once_in(3) ? 0 : number(least32, most32)) + u32(once_in(3) ? 0 : number(least32, most32));
}

std::string random_values::address(bool network) {
    const bool four = once_in(2);
    const std::size_t size = four ? 4 : 16;
    const std::int64_t all = static_cast<std::int64_t>(size) * 8;
    std::string at = bytes(size);
    if (!four && once_in(2)) { // runs of zeros are written as ::
        const auto from = static_cast<std::size_t>(between(0, 15));
        std::fill(at.begin() + static_cast<std::ptrdiff_t>(from),
                  at.end() - between(0, 15 - static_cast<std::int64_t>(from)), '\0');
    }
    if (!four && once_in(8)) at.replace(0, 12, std::string(10, '\0') + "\xff\xff");
    const std::int64_t length = once_in(3) ? all : between(0, all);
    if (network)
        for (std::int64_t bit = length; bit < all; ++bit) {
            char& c = at[static_cast<std::size_t>(bit / 8)];
            c = static_cast<char>(c & ~(0x80 >> bit % 8));
        }
    return byte(four ? 2 : 3) + byte(length) + byte(network ? 1 : 0) + byte(static_cast<std::int64_t>(size)) +
           at;
}

std::string random_values::bits() {
    const std::int64_t count = between(0, 40);
    std::string made = bytes(static_cast<std::size_t>((count + 7) / 8));
    if (count % 8 != 0) made.back() = static_cast<char>(made.back() & (0xff00 >> count % 8));
    return u32(count) + made;
}

// The server takes none without elements.
std::string random_values::vector(oid element) {
    const std::int64_t count = between(1, 5);
    std::string made = u32(1) + u32(0) + u32(element) + u32(count) + u32(0);
    for (std::int64_t i = 0; i < count; ++i) made += value(of(element));
    return made;
}

std::optional<std::string> random_values::of_base(oid type) {
    switch (type) {
    case oids::boolean: return byte(between(0, 1));
    case oids::bytea: return bytes(static_cast<std::size_t>(between(0, 20)));
    case 18: return bytes(1);
    case oids::name: return text(15);
    case oids::int8: return int8(number(least64, most64));
    case oids::int2: return u16(number(-32'768, 32'767));
    case 22: return vector(oids::int2);
    case oids::int4: return u32(number(least32, most32));
    case oids::text:
    case oids::varchar:
    case oids::bpchar:
    case 1790: return text(); // refcursor
    case oids::object:
    case 28: // xid
    case 29: // cid
        return u32(number(0, std::numeric_limits<std::uint32_t>::max()));
    case 27: return u32(number(0, std::numeric_limits<std::uint32_t>::max())) + u16(number(0, 65'535)); // tid
    case 30: return vector(oids::object);
    case oids::json: return json(3);
    case 142: return once_in(2) ? "<a b='" + std::to_string(between(0, 99)) + "'>é</a>" : "x &amp; y"; // xml
    case 650: return address(true);                                                                    // cidr
    case oids::float4: return float4();
    case oids::float8: return float8();
    case 774: return bytes(8);                      // macaddr8
    case 790: return int8(number(least64, most64)); // money
    case 829: return bytes(6);                      // macaddr
    case 869: return address(false);                // inet
    case oids::date: return date();
    case oids::time: return time();
    case oids::timestamp:
    case oids::timestamptz: return timestamp();
    case oids::interval: return interval();
    case oids::timetz: return time() + u32(once_in(2) ? between(-15, 15) * 3600 : between(-57'599, 57'599));
    case 1560: // bit
    case 1562: return bits();
    case oids::numeric: return numeric();
    case oids::uuid: return bytes(16);
    case 3220: // pg_lsn
    case 5069: // xid8
        return int8(static_cast<std::int64_t>(chance_() >> between(0, 63)));
    case oids::jsonb: return '\1' + json(3);
    case 4072: return '\1' + json_path();
    default: return {};
    }
}

std::optional<std::string> random_values::array(oid element) {
    const std::int64_t dimensions = once_in(8) ? 0 : between(1, once_in(8) ? 6 : 3);
    std::string shape;
    std::int64_t count = dimensions == 0 ? 0 : 1;
    for (std::int64_t i = 0; i < dimensions; ++i) {
        const std::int64_t size = between(1, dimensions > 3 ? 2 : 4);
        count *= size;
        shape += u32(size) + u32(once_in(4) ? number(-1000, 1000) : 1);
    }
    std::string elements;
    bool has_null = false;
    for (std::int64_t i = 0; i < count; ++i) {
        const bool null = once_in(8);
        has_null = has_null || null;
        const std::optional<std::string> one = null ? std::nullopt : of(element);
        if (!null && !one) return {};
        elements += value(one);
    }
    return u32(dimensions) + u32(has_null ? 1 : 0) + u32(element) + shape + elements;
}

std::optional<std::string> random_values::composite(const type_info& type) {
    std::string made = u32(static_cast<std::int64_t>(type.attributes.size()));
    for (const type_info::attribute& a : type.attributes) {
        const bool null = once_in(6);
        const std::optional<std::string> one = null ? std::nullopt : of(a.type);
        if (!null && !one) return {};
        made += u32(a.type) + value(one);
    }
    return made;
}

// The server counts whole ones in [a,b): it takes none whose next one there is not.
std::optional<std::string> random_values::bound(oid subtype) {
    switch (subtype) {
    case oids::int4: return u32(number(-1'000'000'000, 1'000'000'000));
    case oids::int8: return int8(number(-1'000'000'000'000'000'000, 1'000'000'000'000'000'000));
    case oids::date: return u32(number(-1'000'000, 1'000'000));
    case oids::numeric:
    case oids::text:
    case oids::timestamp:
    case oids::timestamptz: return of(subtype);
    default: return {};
    }
}

std::optional<std::string> random_values::range(oid subtype) {
    if (once_in(12)) return byte(0x01); // empty
    std::optional<std::string> lower = bound(subtype);
    std::optional<std::string> upper = once_in(8) ? lower : bound(subtype);
    if (!lower || !upper) return {};
    if (is_above(subtype, *lower, *upper)) std::swap(lower, upper);
    const bool endless_below = once_in(6);
    const bool endless_above = once_in(6);
    const std::int64_t flags =
        (endless_below ? 0x08 : between(0, 1) * 0x02) | (endless_above ? 0x10 : between(0, 1) * 0x04);
    return byte(flags) + (endless_below ? "" : value(lower)) + (endless_above ? "" : value(upper));
}

std::optional<std::string> random_values::multirange(const type_info& type) {
    const std::int64_t count = between(0, 4);
    std::string made = u32(count);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::optional<std::string> one = of(type.part);
        if (!one) return {};
        made += value(one);
    }
    return made;
}

std::uint64_t random_values::seed() {
    const char* const given = std::getenv("HAWSER_VALUES_SEED");
    return given == nullptr ? 20260105 : std::strtoull(given, nullptr, 10);
}

std::uint64_t random_values::seed_of(std::string_view type) {
    std::uint64_t mixed = seed();
    for (const char c : type) mixed = (mixed ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return mixed;
}

std::optional<std::string> random_values::of(oid type) {
    const type_info* const found = known_.find(type);
    return found == nullptr ? std::nullopt : of(*found);
}

std::optional<std::string> random_values::of(const type_info& type) {
    switch (type.kind) {
    case type_kind::base: return of_base(type.id);
    case type_kind::array: return array(type.part);
    case type_kind::enumerated: return labels[static_cast<std::size_t>(between(0, std::ssize(labels) - 1))];
    case type_kind::domain: return of(type.part);
    case type_kind::composite: return composite(type);
    case type_kind::range: return range(type.part);
    case type_kind::multirange: return multirange(type);
    case type_kind::pseudo: return {};
    }
    return {};
}

} // namespace support
