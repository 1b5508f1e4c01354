#include "pgwire/codec/column.hpp"
#include "forms.hpp"
#include "pgwire/codec/numeric.hpp"
#include "pgwire/oids.hpp"
#include <array>
#include <cmath>
#include <cstring>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/uuid.hpp>
#include <limits>
#include <map>
#include <optional>

namespace pg = hawser::pgwire;
namespace oids = hawser::pgwire::oids;
using forms::bytes;
using hawser::field_type, hawser::field_view;
using pg::column, pg::format, pg::made_text;

namespace {

class application_types : public pg::types {
public:
    [[nodiscard]] const pg::type_info* find(pg::oid id) const noexcept override {
        const auto at = own_.find(id);
        return at == own_.end() ? pg::types::find(id) : &at->second;
    }

private:
    static constexpr std::array<pg::type_info::attribute, 2> pair_{{{"a", oids::int4}, {"b", oids::text}}};
    std::map<pg::oid, pg::type_info> own_{
        {20'000, {.id = 20'000, .name = "mood", .kind = pg::type_kind::enumerated}},
        {20'002, {.id = 20'002, .name = "rank", .kind = pg::type_kind::domain, .part = 20'003}},
        {20'003, {.id = 20'003, .name = "number", .kind = pg::type_kind::domain, .part = oids::int2}},
        {20'004, {.id = 20'004, .name = "pair", .kind = pg::type_kind::composite, .attributes = pair_}},
        {20'006, {.id = 20'006, .name = "hstore"}},
        {20'007, {.id = 20'007, .name = "_hstore", .kind = pg::type_kind::array, .part = 20'006}},
        {20'008, {.id = 20'008, .name = "loop", .kind = pg::type_kind::domain, .part = 20'008}},
    };
};

const application_types known;

column column_of(pg::oid type, format f) {
    const pg::type_info* const info = known.find(type);
    REQUIRE(info != nullptr);
    return column(*info, known, f);
}

// One value of its own.
struct reading {
    reading(pg::oid type, format f, std::string wire) : wire_(std::move(wire)) {
        const column c = column_of(type, f);
        REQUIRE(static_cast<bool>(c));
        valid = c(wire_, made_, field);
    }

    bool valid = false;
    field_view field{};

    [[nodiscard]] std::string_view text() const { return field.text(); }
    [[nodiscard]] bool lies_in_wire() const {
        return field.data >= wire_.data() && field.data + field.size <= wire_.data() + wire_.size();
    }

private:
    std::string wire_;
    made_text made_;
};

reading binary(pg::oid type, std::string_view hex) {
    return {type, format::binary, bytes(hex)};
}
reading text(pg::oid type, std::string_view wire) {
    return {type, format::text, std::string(wire)};
}

void check_number(const reading& r, field_type type, std::int64_t expected, unsigned scale = 0) {
    REQUIRE(r.valid);
    CHECK(r.field.type == type);
    CHECK(r.field.integer == expected);
    CHECK(r.field.scale == scale);
}
// The server's text and bytes of one value give the same number.
void check_both(pg::oid type, std::string_view in_text, std::string_view hex, field_type expected_type,
                std::int64_t expected, unsigned scale = 0) {
    CAPTURE(type, in_text, hex);
    check_number(text(type, in_text), expected_type, expected, scale);
    check_number(binary(type, hex), expected_type, expected, scale);
}
void check_both_text(pg::oid type, std::string_view in_text, std::string_view hex) {
    CAPTURE(type, in_text, hex);
    for (const reading& r : {text(type, in_text), binary(type, hex)}) {
        REQUIRE(r.valid);
        CHECK(r.field.type == field_type::text);
        CHECK(r.text() == in_text);
    }
}

std::string numeric_bytes(hawser::detail::int128 scaled, unsigned scale) {
    pg::output out;
    pg::encode_scaled(out, scaled, scale);
    return std::string(out.view());
}

hawser::detail::int128 wide_in(const field_view& f) {
    REQUIRE(f.type == field_type::wide_decimal);
    REQUIRE(f.size == 16);
    return hawser::detail::decode_ordered(std::span<const std::byte, 16>(f.bytes().data(), 16));
}

} // namespace

TEST_CASE("booleans and integers are read in both formats", "[pgwire][column]") {
    check_both(oids::boolean, "t", "01", field_type::boolean, 1);
    check_both(oids::boolean, "f", "00", field_type::boolean, 0);
    check_both(oids::int2, "-32768", "8000", field_type::int64, -32'768);
    check_both(oids::int4, "2147483647", "7fffffff", field_type::int64, 2'147'483'647);
    check_both(oids::int8, "-9223372036854775808", "8000000000000000", field_type::int64,
               std::numeric_limits<std::int64_t>::min());
    for (const pg::oid number : {oids::object, oids::xid, oids::cid})
        check_both(number, "4294967295", "ffffffff", field_type::int64, 4'294'967'295);
    check_both(oids::xid8, "0", "0000000000000000", field_type::int64, 0);
    check_both(oids::xid8, "9223372036854775807", "7fffffffffffffff", field_type::int64,
               std::numeric_limits<std::int64_t>::max());
    check_both_text(oids::xid8, "9223372036854775808", "8000000000000000");
    check_both_text(oids::xid8, "18446744073709551615", "ffffffffffffffff");
}

TEST_CASE("reals are read in both formats", "[pgwire][column]") {
    const auto real = [](const reading& r) {
        REQUIRE(r.valid);
        REQUIRE(r.field.type == field_type::float64);
        return r.field.real;
    };
    CHECK(real(binary(oids::float8, "3fb999999999999a")) == 0.1);
    CHECK(real(text(oids::float8, "0.1")) == 0.1);
    CHECK(real(binary(oids::float4, "3dcccccd")) == static_cast<double>(0.1F));
    CHECK(real(text(oids::float4, "0.1")) == static_cast<double>(0.1F));
    CHECK(real(text(oids::float8, "-1.7976931348623157e+308")) == -std::numeric_limits<double>::max());
    CHECK(real(text(oids::float8, "5e-324")) == std::numeric_limits<double>::denorm_min());
    CHECK(real(text(oids::float4, "1e-45")) == static_cast<double>(std::numeric_limits<float>::denorm_min()));
    CHECK(real(text(oids::float8, "-Infinity")) == -std::numeric_limits<double>::infinity());
    CHECK(std::isnan(real(text(oids::float8, "NaN"))));
    CHECK(std::isnan(real(binary(oids::float8, "7ff8000000000000"))));
    CHECK(std::signbit(real(text(oids::float4, "-0"))));
}

TEST_CASE("numerics of up to 18 digits are integers of their own scale", "[pgwire][column]") {
    check_both(oids::numeric, "1.5", "000200000000000100011388", field_type::decimal, 15, 1);
    check_both(oids::numeric, "0", "0000000000000000", field_type::decimal, 0, 0);
    check_both(oids::numeric, "0.00", "0000000000000002", field_type::decimal, 0, 2);
    check_both(oids::numeric, "-0.005", "0001ffff400000030032", field_type::decimal, -5, 3);
    check_both(oids::numeric, "10000", "00010001000000000001", field_type::decimal, 10'000, 0);
    check_both(oids::numeric, "-999999999999999999", "00050004400000000063270f270f270f270f",
               field_type::decimal, -999'999'999'999'999'999, 0);
}

TEST_CASE("numerics of up to 38 digits are wide", "[pgwire][column]") {
    using hawser::detail::int128, hawser::detail::power_of_ten;
    struct one {
        int128 scaled;
        unsigned scale;
    };
    for (const one& n :
         {one{power_of_ten(18), 0}, one{-power_of_ten(18), 18}, one{1, 19}, one{power_of_ten(38) - 1, 38},
          one{1 - power_of_ten(38), 0}, one{power_of_ten(37), 5}, one{0, 38}}) {
        const reading r(oids::numeric, format::binary, numeric_bytes(n.scaled, n.scale));
        REQUIRE(r.valid);
        CHECK(wide_in(r.field) == n.scaled);
        CHECK(r.field.scale == n.scale);
        const reading same = text(oids::numeric, hawser::detail::scaled_to_string(n.scaled, n.scale));
        REQUIRE(same.valid);
        CHECK(wide_in(same.field) == n.scaled);
        CHECK(same.field.scale == n.scale);
    }
}

TEST_CASE("numerics beyond 38 digits, NaN and the infinities are text", "[pgwire][column]") {
    check_both_text(oids::numeric, "NaN", "00000000c0000000");
    check_both_text(oids::numeric, "Infinity", "00000000d0000000");
    check_both_text(oids::numeric, "-Infinity", "00000000f0000000");
    check_both_text(oids::numeric, "0." + std::string(39, '0'), "0000000000000027");
    check_both_text(oids::numeric, "1" + std::string(38, '0'),
                    "0001000900000000"
                    "0064");
    check_both_text(oids::numeric, "-1" + std::string(40, '0') + ".0",
                    "0001000a40000001"
                    "0001");
    CHECK_FALSE(text(oids::numeric, "1e5").valid);
    CHECK_FALSE(text(oids::numeric, "").valid);
    CHECK_FALSE(text(oids::numeric, "-").valid);
    CHECK_FALSE(text(oids::numeric, "1.2.3").valid);
}

TEST_CASE("text is where the server's bytes are", "[pgwire][column]") {
    for (const format f : {format::text, format::binary})
        for (const pg::oid type :
             {oids::text, oids::varchar, oids::bpchar, oids::name, oids::unknown, pg::oid{20'000}}) {
            const reading r(type, f, "abc");
            REQUIRE(r.valid);
            CHECK(r.field.type == field_type::text);
            CHECK(r.text() == "abc");
            CHECK(r.lies_in_wire());
        }
    CHECK(text(oids::text, "").field.data != nullptr);
    field_view out;
    made_text made;
    CHECK(column_of(oids::text, format::binary)({}, made, out));
    CHECK(out.data != nullptr);
}

TEST_CASE("JSON, bytes and uuids are where the server's bytes are", "[pgwire][column]") {
    for (const reading& r :
         {binary(oids::jsonb, "017b7d"), binary(oids::json, "7b7d"), text(oids::jsonb, "{}")}) {
        REQUIRE(r.valid);
        CHECK(r.field.type == field_type::json);
        CHECK(r.text() == "{}");
    }
    const reading raw = binary(oids::bytea, "00ff5c");
    CHECK(raw.field.type == field_type::bytes);
    CHECK(raw.text() == bytes("00ff5c"));
    CHECK(raw.lies_in_wire());
    const reading from_text = text(oids::bytea, "\\x00ff5c");
    REQUIRE(from_text.valid);
    CHECK(from_text.field.type == field_type::bytes);
    CHECK(from_text.text() == bytes("00ff5c"));
    for (const reading& r : {binary(oids::uuid, "01890a5dac96774bbcceb302099a8057"),
                             text(oids::uuid, "01890a5d-ac96-774b-bcce-b302099a8057")}) {
        REQUIRE(r.valid);
        CHECK(r.field.type == field_type::uuid);
        CHECK(r.text() == bytes("01890a5dac96774bbcceb302099a8057"));
    }
}

TEST_CASE("timestamps are instants", "[pgwire][column]") {
    constexpr std::int64_t at_2000 = 946'684'800'000'000;
    check_both(oids::timestamptz, "2000-01-01 00:00:00.000001+00", "0000000000000001", field_type::instant,
               at_2000 + 1);
    check_both(oids::timestamp, "1999-12-31 23:59:59.999999", "ffffffffffffffff", field_type::instant,
               at_2000 - 1);
    check_both(oids::timestamp, "4714-11-24 00:00:00 BC", "fd0f7cc1411fa000", field_type::instant,
               -211'813'488'000'000'000 + at_2000);
}

TEST_CASE("infinities and what is beyond an instant are text", "[pgwire][column]") {
    for (const pg::oid type : {oids::timestamp, oids::timestamptz}) {
        check_both_text(type, "infinity", "7fffffffffffffff");
        check_both_text(type, "-infinity", "8000000000000000");
    }
    check_both_text(oids::timestamp, "294276-12-31 23:59:59.999999", "7fffff5bb3b29fff");
    check_both_text(oids::timestamptz, "294276-12-31 23:59:59.999999+00", "7fffff5bb3b29fff");
    check_both_text(oids::date, "infinity", "7fffffff");
    check_both_text(oids::date, "-infinity", "80000000");
}

TEST_CASE("dates are days since 1970", "[pgwire][column]") {
    check_both(oids::date, "1970-01-01", "ffffd533", field_type::date, 0);
    check_both(oids::date, "0044-03-15 BC", "fff49d7b", field_type::date, -746'117 + 10'957);
    check_both(oids::date, "5874897-12-31", "7fda970c", field_type::date, 2'145'031'948LL + 10'957);
}

TEST_CASE("intervals without months are durations, others text", "[pgwire][column]") {
    check_both(oids::interval, "-00:00:01", "fffffffffff0bdc00000000000000000", field_type::duration,
               -1'000'000);
    check_both(oids::interval, "1 day", "00000000000000000000000100000000", field_type::duration,
               86'400'000'000);
    check_both_text(oids::interval, "1 mon", "00000000000000000000000000000001");
    check_both_text(oids::interval, "1 year 2 mons -3 days +04:05:06.789",
                    "000000036c97ca88fffffffd0000000e");
    check_both_text(oids::interval, "2147483647 days", "00000000000000007fffffff00000000");
}

TEST_CASE("other types are the text that the server prints", "[pgwire][column]") {
    check_both_text(oids::time, "24:00:00", "000000141dd76000");
    check_both_text(oids::timetz, "12:00:00+05:30", "0000000a0eebb000ffffb2a8");
    check_both_text(869, "10.0.0.1",
                    "02200004"
                    "0a000001");
    check_both_text(1007, "{1,NULL}",
                    "000000010000000100000017"
                    "0000000200000001"
                    "0000000400000001"
                    "ffffffff");
    check_both_text(20'004, "(1,\"a b\")",
                    "00000002"
                    "000000170000000400000001"
                    "0000001900000003612062");
}

TEST_CASE("domains are read as what they are over", "[pgwire][column]") {
    check_both(20'002, "7", "0007", field_type::int64, 7);
    CHECK_FALSE(static_cast<bool>(column_of(20'008, format::binary)));
    CHECK(static_cast<bool>(column_of(20'008, format::text)));
}

TEST_CASE("a column in a binary form that is not known has no reader, as text it has one",
          "[pgwire][column]") {
    for (const pg::oid type :
         {pg::oid{3614}, pg::oid{2205}, pg::oid{2249}, pg::oid{20'006}, pg::oid{20'007}}) {
        CHECK_FALSE(static_cast<bool>(column_of(type, format::binary)));
        const reading r = text(type, "as it is");
        CHECK(r.valid);
        CHECK(r.field.type == field_type::text);
        CHECK(r.text() == "as it is");
    }
    CHECK_FALSE(static_cast<bool>(column()));
}

TEST_CASE("bytes that miss their end are no value", "[pgwire][column]") {
    struct one {
        pg::oid type;
        std::string_view hex;
    };
    for (const one& v :
         {one{oids::boolean, "01"}, one{oids::int2, "8000"}, one{oids::int4, "7fffffff"},
          one{oids::int8, "8000000000000000"}, one{oids::object, "ffffffff"},
          one{oids::xid8, "0000000000000001"}, one{oids::float4, "3dcccccd"},
          one{oids::float8, "3fb999999999999a"}, one{oids::numeric, "000200000000000100011388"},
          one{oids::jsonb, "017b"}, one{oids::uuid, "01890a5dac96774bbcceb302099a8057"},
          one{oids::timestamp, "0000000000000001"}, one{oids::timestamptz, "0000000000000001"},
          one{oids::date, "ffffd533"}, one{oids::interval, "fffffffffff0bdc00000000000000000"},
          one{oids::time, "000000141dd76000"}, one{oids::timetz, "0000000a0eebb000ffffb2a8"}}) {
        CAPTURE(v.type);
        REQUIRE(binary(v.type, v.hex).valid);
        for (std::size_t digits = 0; digits < v.hex.size(); digits += 2)
            CHECK_FALSE(binary(v.type, v.hex.substr(0, digits)).valid);
        if (v.type != oids::jsonb) CHECK_FALSE(binary(v.type, std::string(v.hex) + "00").valid);
    }
}

TEST_CASE("texts that are no value are refused", "[pgwire][column]") {
    for (const pg::oid type : {oids::boolean, oids::int2, oids::int4, oids::int8, oids::object, oids::xid,
                               oids::xid8, oids::float4, oids::float8, oids::numeric, oids::uuid,
                               oids::timestamp, oids::timestamptz, oids::date, oids::interval})
        for (const char* wire : {"", "x", "1x", "--1", "\xff"}) {
            CAPTURE(type, wire);
            CHECK_FALSE(text(type, wire).valid);
        }
    CHECK_FALSE(text(oids::int2, "32768").valid);
    CHECK_FALSE(text(oids::object, "-1").valid);
    CHECK_FALSE(text(oids::xid8, "18446744073709551616").valid);
    CHECK_FALSE(text(oids::bytea, "\\x0").valid);
}

TEST_CASE("values of a batch stay valid beside each other", "[pgwire][column]") {
    const column numbers = column_of(oids::numeric, format::binary);
    const column months = column_of(oids::interval, format::binary);
    made_text made;
    const std::string wide = numeric_bytes(hawser::detail::power_of_ten(30) + 7, 4);
    const std::string month = bytes("00000000000000000000000000000001");
    std::vector<field_view> fields;
    for (int i = 0; i < 1'000; ++i) {
        field_view f;
        REQUIRE(numbers(wide, made, f));
        fields.push_back(f);
        REQUIRE(months(month, made, f));
        fields.push_back(f);
    }
    for (std::size_t i = 0; i < fields.size(); i += 2) {
        REQUIRE(wide_in(fields[i]) == hawser::detail::power_of_ten(30) + 7);
        REQUIRE(fields[i + 1].text() == "1 mon");
    }
}
