#include "pgwire/codec/parameter.hpp"
#include "forms.hpp"
#include "pgwire/oids.hpp"
#include <array>
#include <cmath>
#include <hawser/core/error.hpp>
#include <hawser/core/parameters.hpp>
#include <hawser/core/uuid.hpp>
#include <limits>
#include <map>
#include <optional>
#include <vector>

namespace pg = hawser::pgwire;
namespace oids = hawser::pgwire::oids;
using forms::bytes, forms::hex;
using hawser::errc, hawser::field_type, hawser::field_view;

namespace {

// The built-in types and some of an application.
class application_types : public pg::types {
public:
    [[nodiscard]] const pg::type_info* find(pg::oid id) const noexcept override {
        const auto at = own_.find(id);
        return at == own_.end() ? pg::types::find(id) : &at->second;
    }

private:
    std::map<pg::oid, pg::type_info> own_{
        {20'000, {.id = 20'000, .name = "mood", .kind = pg::type_kind::enumerated, .array = 20'001}},
        {20'001, {.id = 20'001, .name = "_mood", .kind = pg::type_kind::array, .part = 20'000}},
        {20'002, {.id = 20'002, .name = "rank", .kind = pg::type_kind::domain, .part = oids::int2}},
        {20'003, {.id = 20'003, .name = "_rank", .kind = pg::type_kind::array, .part = 20'002}},
        {20'004, {.id = 20'004, .name = "ranks", .kind = pg::type_kind::domain, .part = 20'003}},
        {20'005, {.id = 20'005, .name = "circle_of", .kind = pg::type_kind::domain, .part = 20'005}},
        {20'006, {.id = 20'006, .name = "hstore", .kind = pg::type_kind::base, .array = 20'007}},
        {20'007, {.id = 20'007, .name = "_hstore", .kind = pg::type_kind::array, .part = 20'006}},
    };
};

// Behind what is there already: length and value as hex digits.
std::string sent(const field_view& field, pg::oid wanted) {
    const application_types known;
    pg::output out;
    out.bytes("before|");
    encode_parameter(out, field, wanted, known);
    REQUIRE(out.view().starts_with("before|"));
    return hex(out.view_from(7));
}
std::string sent(const field_view& field) {
    return sent(field, pg::parameter_type(field));
}

std::string text_sent(const field_view& field) {
    pg::output out;
    encode_parameter_text(out, field);
    const std::string_view all = out.view();
    REQUIRE(all.size() >= 4);
    CHECK(hex(all.substr(0, 4)) == hex([&] {
              pg::output length;
              length.integer(static_cast<std::int32_t>(all.size() - 4));
              return std::string(length.view());
          }()));
    return std::string(all.substr(4));
}

struct refusal {
    errc kind{};
    std::string message;
};
template <class Call>
std::optional<refusal> refusal_of(Call call) {
    try {
        call();
    } catch (const hawser::error& e) { return refusal{e.kind(), e.message()}; }
    return {};
}
void check_refused(const field_view& field, pg::oid wanted, errc kind, std::string_view message) {
    const auto found = refusal_of([&] { static_cast<void>(sent(field, wanted)); });
    REQUIRE(found);
    CHECK(found->kind == kind);
    CHECK(found->message == message);
}

field_view text(std::string_view v, field_type type = field_type::text) {
    return field_view::of(type, v.data(), static_cast<std::uint32_t>(v.size()));
}
field_view integer(std::int64_t v) {
    return field_view::of(field_type::int64, v);
}
field_view of(field_type type, std::int64_t v, std::uint8_t scale = 0) {
    return field_view::of(type, v, scale);
}
// One value of hawser::parameters, which outlives the field.
template <class Append>
field_view bound(hawser::parameters& p, Append append) {
    append(p);
    return p.slice(p.size() - 1, 1)[0];
}

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t at_2000 = 946'684'800'000'000;

} // namespace

TEST_CASE("a value is declared as the type that it is stored in", "[pgwire][parameter]") {
    CHECK(pg::parameter_type(field_view::null()) == 0);
    CHECK(pg::parameter_type(of(field_type::boolean, 1)) == 16);
    CHECK(pg::parameter_type(integer(1)) == 20);
    CHECK(pg::parameter_type(field_view::of(1.0)) == 701);
    CHECK(pg::parameter_type(text("")) == 25);
    CHECK(pg::parameter_type(text("", field_type::bytes)) == 17);
    CHECK(pg::parameter_type(text("{}", field_type::json)) == 3802);
    CHECK(pg::parameter_type(of(field_type::decimal, 1, 2)) == 1700);
    CHECK(pg::parameter_type(text("", field_type::wide_decimal)) == 1700);
    CHECK(pg::parameter_type(text("", field_type::uuid)) == 2950);
    CHECK(pg::parameter_type(of(field_type::instant, 1)) == 1184);
    CHECK(pg::parameter_type(of(field_type::date, 1)) == 1082);
    CHECK(pg::parameter_type(of(field_type::duration, 1)) == 1186);
}

TEST_CASE("a list is declared as the array of its element", "[pgwire][parameter]") {
    const auto of_list = [](field_type element) { return pg::parameter_type(field_view::of({}, element)); };
    CHECK(of_list(field_type::null) == 0);
    for (const field_type element :
         {field_type::boolean, field_type::int64, field_type::float64, field_type::text, field_type::bytes,
          field_type::json, field_type::decimal, field_type::wide_decimal, field_type::uuid,
          field_type::instant, field_type::date, field_type::duration}) {
        const pg::type_info* const type = pg::built_in(of_list(element));
        REQUIRE(type != nullptr);
        CHECK(type->kind == pg::type_kind::array);
        CHECK(type->part == pg::parameter_type(of(element, 0)));
    }
}

TEST_CASE("NULL is a length of -1, whatever is wanted", "[pgwire][parameter]") {
    CHECK(sent(field_view::null()) == "ffffffff");
    CHECK(sent(field_view::null(), oids::int4) == "ffffffff");
    CHECK(sent(field_view::null(), 4'000'000) == "ffffffff");
    pg::output out;
    encode_parameter_text(out, field_view::null());
    CHECK(hex(out.view()) == "ffffffff");
}

TEST_CASE("values are sent in the binary form of their own type", "[pgwire][parameter]") {
    CHECK(sent(of(field_type::boolean, 1)) == "0000000101");
    CHECK(sent(of(field_type::boolean, 0)) == "0000000100");
    CHECK(sent(integer(-2)) == "00000008fffffffffffffffe");
    CHECK(sent(field_view::of(1.5)) == "000000083ff8000000000000");
    CHECK(sent(text("abc")) == "00000003616263");
    CHECK(sent(text("")) == "00000000");
    CHECK(sent(text(std::string_view("\0\xff", 2), field_type::bytes)) == "0000000200ff");
    CHECK(sent(text("{}", field_type::json)) == "00000003017b7d");
    CHECK(sent(of(field_type::decimal, -15, 1)) == "0000000c0002000040000001"
                                                   "00011388");
    CHECK(sent(of(field_type::instant, at_2000 + 1)) == "000000080000000000000001");
    CHECK(sent(of(field_type::date, 0)) == "00000004ffffd533");
    CHECK(sent(of(field_type::duration, -1'000'000)) == "00000010fffffffffff0bdc00000000000000000");
}

TEST_CASE("wide decimals and uuids are sent from behind their pointers", "[pgwire][parameter]") {
    hawser::parameters p;
    const field_view wide =
        bound(p, [](hawser::parameters& to) { to.wide_decimal(hawser::detail::power_of_ten(20) + 5, 20); });
    CHECK(sent(wide) == "00000014"
                        "0006000000000014"
                        "000100000000000000000005");
    const auto id = hawser::uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
    const field_view stored = text({reinterpret_cast<const char*>(id.bytes().data()), 16}, field_type::uuid);
    CHECK(sent(stored) == "0000001001890a5dac96774bbcceb302099a8057");
    check_refused(text("short", field_type::uuid), oids::uuid, errc::type_mismatch,
                  "a parameter of type uuid cannot be sent as uuid");
}

TEST_CASE("an integer is sent as every number that holds it", "[pgwire][parameter]") {
    CHECK(sent(integer(-32'768), oids::int2) == "000000028000");
    CHECK(sent(integer(2'147'483'647), oids::int4) == "000000047fffffff");
    CHECK(sent(integer(4'294'967'295), oids::object) == "00000004ffffffff");
    CHECK(sent(integer(4'294'967'295), oids::xid) == "00000004ffffffff");
    CHECK(sent(integer(7), oids::cid) == "0000000400000007");
    CHECK(sent(integer(9'223'372'036'854'775'807), oids::xid8) == "000000087fffffffffffffff");
    CHECK(sent(integer(10'000), oids::numeric) == "0000000a0001000100000000"
                                                  "0001");
    CHECK(sent(integer(0), oids::numeric) == "000000080000000000000000");
    CHECK(sent(integer(3), oids::float8) == "000000084008000000000000");
    CHECK(sent(integer(-3), oids::float4) == "00000004c0400000");
}

TEST_CASE("an integer that does not fit is refused, never cut", "[pgwire][parameter]") {
    check_refused(integer(32'768), oids::int2, errc::out_of_range,
                  "a parameter of type integer does not fit into int2");
    check_refused(integer(-32'769), oids::int2, errc::out_of_range,
                  "a parameter of type integer does not fit into int2");
    check_refused(integer(2'147'483'648), oids::int4, errc::out_of_range,
                  "a parameter of type integer does not fit into int4");
    check_refused(integer(-1), oids::object, errc::out_of_range,
                  "a parameter of type integer does not fit into oid");
    check_refused(integer(4'294'967'296), oids::xid, errc::out_of_range,
                  "a parameter of type integer does not fit into xid");
    check_refused(integer(-1), oids::xid8, errc::out_of_range,
                  "a parameter of type integer does not fit into xid8");
    check_refused(integer((1LL << 53) + 1), oids::float8, errc::out_of_range,
                  "a parameter of type integer does not fit into float8");
    check_refused(integer((1LL << 24) + 1), oids::float4, errc::out_of_range,
                  "a parameter of type integer does not fit into float4");
    check_refused(integer(most), oids::float8, errc::out_of_range,
                  "a parameter of type integer does not fit into float8");
    CHECK(sent(integer(least), oids::float8) == "00000008c3e0000000000000");
    CHECK(sent(integer(1LL << 53), oids::float8) == "000000084340000000000000");
}

TEST_CASE("a real is sent as the shorter one where it is neither too large nor too small",
          "[pgwire][parameter]") {
    CHECK(sent(field_view::of(0.5), oids::float4) == "000000043f000000");
    CHECK(sent(field_view::of(0.1), oids::float4) == "000000043dcccccd");
    CHECK(sent(field_view::of(-std::numeric_limits<double>::infinity()), oids::float4) == "00000004ff800000");
    CHECK(sent(field_view::of(-0.0), oids::float4) == "0000000480000000");
    check_refused(field_view::of(1e39), oids::float4, errc::out_of_range,
                  "a parameter of type floating point does not fit into float4");
    check_refused(field_view::of(-1e300), oids::float4, errc::out_of_range,
                  "a parameter of type floating point does not fit into float4");
    check_refused(field_view::of(1e-60), oids::float4, errc::out_of_range,
                  "a parameter of type floating point does not fit into float4");
    check_refused(field_view::of(1.5), oids::numeric, errc::type_mismatch,
                  "a parameter of type floating point cannot be sent as numeric");
}

TEST_CASE("text is sent as it is to the text types, enums and JSON", "[pgwire][parameter]") {
    for (const pg::oid wanted : {oids::text, oids::varchar, oids::bpchar, oids::name, oids::unknown,
                                 oids::json, pg::oid{20'000}, pg::oid{142}})
        CHECK(sent(text("ok"), wanted) == "000000026f6b");
    CHECK(sent(text("{}"), oids::jsonb) == "00000003017b7d");
    CHECK(sent(text("{}", field_type::json), oids::json) == "000000027b7d");
    CHECK(sent(text("{}", field_type::json), oids::text) == "000000027b7d");
}

TEST_CASE("text is read as the type that is wanted", "[pgwire][parameter]") {
    CHECK(sent(text("-5"), oids::int4) == "00000004fffffffb");
    CHECK(sent(text("1.5"), oids::numeric) == "0000000c0002000000000001"
                                              "00011388");
    CHECK(sent(text("2000-01-01T00:00:00.000001Z"), oids::timestamptz) == "000000080000000000000001");
    CHECK(sent(text("24:00:00"), oids::time) == "00000008000000141dd76000");
    CHECK(sent(text("1 mon"), oids::interval) == "0000001000000000000000000000000000000001");
    CHECK(sent(text("01890a5d-ac96-774b-bcce-b302099a8057"), oids::uuid) ==
          "0000001001890a5dac96774bbcceb302099a8057");
    CHECK(sent(text("{happy}"), 20'001) == "0000001d"
                                           "000000010000000000004e20"
                                           "0000000100000001"
                                           "00000005"
                                           "6861707079");
    CHECK(sent(text("7"), 20'002) == "000000020007");
    check_refused(text("five"), oids::int4, errc::type_mismatch, "a parameter's text cannot be read as int4");
    check_refused(text("infinity and a day"), oids::date, errc::type_mismatch,
                  "a parameter's text cannot be read as date");
}

TEST_CASE("domains want what they are over", "[pgwire][parameter]") {
    CHECK(sent(integer(7), 20'002) == "000000020007");
    check_refused(integer(70'000), 20'002, errc::out_of_range,
                  "a parameter of type integer does not fit into int2");
    check_refused(integer(7), 20'005, errc::unsupported, "the binary form of type 20005 is not known");
}

TEST_CASE("a date or a time that the server does not have is refused", "[pgwire][parameter]") {
    const std::string instant = "a parameter of type timestamp does not fit into ";
    check_refused(of(field_type::instant, least), oids::timestamptz, errc::out_of_range,
                  instant + "timestamptz");
    check_refused(of(field_type::instant, least), oids::timestamp, errc::out_of_range, instant + "timestamp");
    check_refused(of(field_type::date, 3'000'000'000), oids::date, errc::out_of_range,
                  "a parameter of type date does not fit into date");
    check_refused(of(field_type::date, most), oids::date, errc::out_of_range,
                  "a parameter of type date does not fit into date");
    CHECK(sent(of(field_type::instant, at_2000), oids::timestamp) == "000000080000000000000000");
    const auto as_text = refusal_of([] { static_cast<void>(text_sent(of(field_type::instant, least))); });
    REQUIRE(as_text);
    CHECK(as_text->kind == errc::out_of_range);
}

TEST_CASE("what has no form in the wanted type is refused by name", "[pgwire][parameter]") {
    check_refused(integer(1), oids::text, errc::type_mismatch,
                  "a parameter of type integer cannot be sent as text");
    check_refused(integer(1), oids::boolean, errc::type_mismatch,
                  "a parameter of type integer cannot be sent as bool");
    check_refused(of(field_type::boolean, 1), oids::int4, errc::type_mismatch,
                  "a parameter of type boolean cannot be sent as int4");
    check_refused(of(field_type::decimal, 15, 1), oids::float8, errc::type_mismatch,
                  "a parameter of type decimal cannot be sent as float8");
    check_refused(of(field_type::decimal, 10, 1), oids::int8, errc::type_mismatch,
                  "a parameter of type decimal cannot be sent as int8");
    check_refused(of(field_type::date, 1), oids::timestamptz, errc::type_mismatch,
                  "a parameter of type date cannot be sent as timestamptz");
    check_refused(of(field_type::instant, 1), oids::date, errc::type_mismatch,
                  "a parameter of type timestamp cannot be sent as date");
    check_refused(of(field_type::duration, 1), oids::time, errc::type_mismatch,
                  "a parameter of type duration cannot be sent as time");
    check_refused(text("x", field_type::bytes), oids::text, errc::type_mismatch,
                  "a parameter of type bytes cannot be sent as text");
    check_refused(field_view::of({}, field_type::int64), oids::int8, errc::type_mismatch,
                  "a parameter of type list cannot be sent as int8");
}

TEST_CASE("types without a known binary form are told from wrong values", "[pgwire][parameter]") {
    check_refused(text("'a':1"), 3614, errc::unsupported, "the binary form of type tsvector is not known");
    check_refused(integer(1), 2205, errc::unsupported, "the binary form of type regclass is not known");
    check_refused(text("a=>1"), 20'006, errc::unsupported, "the binary form of type hstore is not known");
    check_refused(text("{a=>1}"), 20'007, errc::unsupported, "the binary form of type _hstore is not known");
    check_refused(text("x"), 0, errc::unsupported, "the binary form of type 0 is not known");
    const std::array items{text("a=>1")};
    check_refused(field_view::of(items, field_type::text), 20'007, errc::unsupported,
                  "the binary form of type hstore is not known");
}

TEST_CASE("lists are arrays of one dimension", "[pgwire][parameter]") {
    const std::array items{integer(1), field_view::null(), integer(-1)};
    CHECK(sent(field_view::of(items, field_type::int64)) == "00000030"
                                                            "000000010000000100000014"
                                                            "0000000300000001"
                                                            "000000080000000000000001"
                                                            "ffffffff"
                                                            "00000008ffffffffffffffff");
    CHECK(sent(field_view::of(items, field_type::int64), 1005) == "00000024"
                                                                  "000000010000000100000015"
                                                                  "0000000300000001"
                                                                  "000000020001"
                                                                  "ffffffff"
                                                                  "00000002ffff");
    const std::array words{text("a"), text("")};
    CHECK(sent(field_view::of(words, field_type::text)) == "0000001d"
                                                           "000000010000000000000019"
                                                           "0000000200000001"
                                                           "0000000161"
                                                           "00000000");
}

TEST_CASE("an empty list is an empty array, of whatever is wanted", "[pgwire][parameter]") {
    CHECK(sent(field_view::of({}, field_type::int64)) == "0000000c"
                                                         "000000000000000000000014");
    CHECK(sent(field_view::of({}, field_type::null), 1009) == "0000000c"
                                                              "000000000000000000000019");
}

TEST_CASE("an array's element is the domain where one is wanted", "[pgwire][parameter]") {
    const std::array items{integer(7)};
    const std::string expected = "0000001a"
                                 "000000010000000000004e22"
                                 "0000000100000001"
                                 "000000020007";
    CHECK(sent(field_view::of(items, field_type::int64), 20'003) == expected);
    CHECK(sent(field_view::of(items, field_type::int64), 20'004) == expected);
}

TEST_CASE("an element that does not fit refuses the list", "[pgwire][parameter]") {
    const std::array items{integer(7), integer(70'000)};
    check_refused(field_view::of(items, field_type::int64), 1005, errc::out_of_range,
                  "a parameter of type integer does not fit into int2");
    const std::array nested{field_view::of(items, field_type::int64)};
    check_refused(field_view::of(nested, field_type::list), 1005, errc::type_mismatch,
                  "a parameter of type list cannot be sent as int2");
}

TEST_CASE("a generated key is no value yet", "[pgwire][parameter]") {
    check_refused(of(field_type::key_of, 0), oids::int8, errc::type_mismatch,
                  "a parameter of type generated key cannot be sent as int8");
    const auto as_text = refusal_of([] { static_cast<void>(text_sent(of(field_type::key_of, 0))); });
    REQUIRE(as_text);
    CHECK(as_text->kind == errc::misuse);
}

TEST_CASE("values have a text form for parameters without a type", "[pgwire][parameter]") {
    CHECK(text_sent(of(field_type::boolean, 1)) == "true");
    CHECK(text_sent(of(field_type::boolean, 0)) == "false");
    CHECK(text_sent(integer(least)) == "-9223372036854775808");
    CHECK(text_sent(field_view::of(0.1)) == "0.1");
    CHECK(text_sent(field_view::of(std::nan(""))) == "NaN");
    CHECK(text_sent(field_view::of(std::numeric_limits<double>::infinity())) == "Infinity");
    CHECK(text_sent(field_view::of(-std::numeric_limits<double>::infinity())) == "-Infinity");
    CHECK(text_sent(field_view::of(-std::numeric_limits<double>::max())) == "-1.7976931348623157e+308");
    CHECK(text_sent(text("a\"b\\")) == "a\"b\\");
    CHECK(text_sent(text("")).empty());
    CHECK(text_sent(text("{\"a\": 1}", field_type::json)) == "{\"a\": 1}");
    CHECK(text_sent(text(std::string_view("\0\xff", 2), field_type::bytes)) == "\\x00ff");
    CHECK(text_sent(of(field_type::decimal, -5, 3)) == "-0.005");
    CHECK(text_sent(of(field_type::instant, at_2000 - 1)) == "1999-12-31 23:59:59.999999+00");
    CHECK(text_sent(of(field_type::date, -1)) == "1969-12-31");
    CHECK(text_sent(of(field_type::duration, -1'500'000)) == "-00:00:01.5");
    CHECK(text_sent(of(field_type::duration, least)) == "-2562047788:00:54.775808");
    const auto id = hawser::uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
    CHECK(text_sent(text({reinterpret_cast<const char*>(id.bytes().data()), 16}, field_type::uuid)) ==
          id.to_string());
    hawser::parameters p;
    CHECK(text_sent(bound(p, [](hawser::parameters& to) {
              to.wide_decimal(-hawser::detail::power_of_ten(37), 38);
          })) == "-0.10000000000000000000000000000000000000");
}

TEST_CASE("lists have the text of arrays, and quotes where they may be needed", "[pgwire][parameter]") {
    CHECK(text_sent(field_view::of({}, field_type::null)) == "{}");
    const std::array numbers{integer(1), field_view::null(), integer(-2)};
    CHECK(text_sent(field_view::of(numbers, field_type::int64)) == "{1,NULL,-2}");
    const std::array words{text("a"), text(""), text("NULL"), text("{,}"), text("say \"hi\" \\o/")};
    CHECK(text_sent(field_view::of(words, field_type::text)) == R"({"a","","NULL","{,}","say \"hi\" \\o/"})");
    const std::array mixed{of(field_type::boolean, 1),  text("\x01", field_type::bytes),
                           of(field_type::date, 0),     of(field_type::instant, 0),
                           of(field_type::duration, 1), of(field_type::decimal, 15, 1),
                           field_view::of(1e100)};
    CHECK(text_sent(field_view::of(mixed, field_type::null)) ==
          R"({true,"\\x01","1970-01-01","1970-01-01 00:00:00+00","00:00:00.000001",1.5,1e+100})");
    const std::array nested{field_view::of(numbers, field_type::int64)};
    const auto refused =
        refusal_of([&] { static_cast<void>(text_sent(field_view::of(nested, field_type::list))); });
    REQUIRE(refused);
    CHECK(refused->kind == errc::misuse);
}
