#include "sqlite/json_list.hpp"
#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/core/json_text.hpp>
#include <hawser/core/parameters.hpp>
#include <limits>
#include <string>

using hawser::field_type;
using hawser::parameters;

namespace {

std::string json_of(const parameters& p) {
    return hawser::sqlite::json_of_list(p.slice(0, p.size()));
}

hawser::errc kind_of(const parameters& p) {
    try {
        (void)json_of(p);
    } catch (const hawser::error& e) { return e.kind(); }
    throw std::logic_error("expected an error");
}

} // namespace

TEST_CASE("no values are an empty array", "[sqlite]") {
    CHECK(json_of(parameters()) == "[]");
}

TEST_CASE("numbers are written so that they are read back the same", "[sqlite]") {
    parameters p;
    p.integer(std::numeric_limits<std::int64_t>::min());
    p.integer(std::numeric_limits<std::int64_t>::max());
    p.decimal(-5, 8);
    p.timestamp(hawser::timestamp(std::chrono::microseconds(7)));
    p.boolean(true);
    p.boolean(false);
    p.real(0.1);
    p.real(-2);
    p.real(5e-324);
    p.real(1.7976931348623157e308);
    CHECK(json_of(p) ==
          "[-9223372036854775808,9223372036854775807,-5,7,1,0,0.1,-2,5e-324,1.7976931348623157e+308]");
    CHECK(hawser::json_text::is_valid(json_of(p)));
}

TEST_CASE("infinity is a number beyond all, and NaN is left out", "[sqlite]") {
    parameters p;
    p.real(std::numeric_limits<double>::quiet_NaN());
    p.real(std::numeric_limits<double>::infinity());
    p.real(std::numeric_limits<double>::quiet_NaN());
    p.real(-std::numeric_limits<double>::infinity());
    CHECK(json_of(p) == "[9e999,-9e999]");
}

TEST_CASE("text is escaped where JSON demands it, and nowhere else", "[sqlite]") {
    parameters p;
    p.text("");
    p.text("a\"b\\c/d");
    p.text("\x01\n\t\x1f\x7f");
    p.text("\xC3\xA4\xF0\x9F\x9A\x80");
    p.text(R"({"a":1})", field_type::json);
    p.null();
    CHECK(json_of(p) == "[\"\",\"a\\\"b\\\\c/d\",\"\\u0001\\u000a\\u0009\\u001f\x7f\","
                        "\"\xC3\xA4\xF0\x9F\x9A\x80\",\"{\\\"a\\\":1}\",null]");
    CHECK(hawser::json_text::is_valid(json_of(p)));
}

TEST_CASE("what an engine would read differently is refused", "[sqlite]") {
    parameters zero, key, nested;
    zero.text(std::string_view("a\0b", 3));
    key.key_of(0);
    CHECK(kind_of(zero) == hawser::errc::unsupported);
    nested.fold(0, field_type::int64);
    CHECK(kind_of(nested) == hawser::errc::unsupported);
    CHECK(kind_of(key) == hawser::errc::unsupported);
}

TEST_CASE("bytes are hex digits, and dates and durations their number", "[sqlite]") {
    parameters p;
    p.text(std::string_view("\x00\x9f\xff", 3), field_type::bytes);
    p.text("", field_type::bytes);
    p.text("0123456789abcdef", field_type::uuid);
    p.wide_decimal(-1, 3);
    p.date(std::chrono::sys_days(std::chrono::days(-3)));
    p.duration(std::chrono::microseconds(8));
    CHECK(json_of(p) ==
          R"(["009fff","","30313233343536373839616263646566","7fffffffffffffffffffffffffffffff",-3,8])");
}
