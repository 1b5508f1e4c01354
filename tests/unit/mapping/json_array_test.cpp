#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/core/json_text.hpp>
#include <hawser/mapping/expression.hpp>
#include <limits>
#include <string>

using hawser::field_type;
using hawser::parameters;
using hawser::detail::json_array_of;

namespace {

hawser::errc kind_of(const parameters& p) {
    try {
        (void)json_array_of(p);
    } catch (const hawser::error& e) { return e.kind(); }
    throw std::logic_error("expected an error");
}

} // namespace

TEST_CASE("no values are an empty array", "[mapping][json_array]") {
    CHECK(json_array_of(parameters()) == "[]");
}

TEST_CASE("numbers are written so that they are read back the same", "[mapping][json_array]") {
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
    CHECK(json_array_of(p) ==
          "[-9223372036854775808,9223372036854775807,-5,7,1,0,0.1,-2,5e-324,1.7976931348623157e+308]");
    CHECK(hawser::json_text::is_valid(json_array_of(p)));
}

TEST_CASE("infinity is a number beyond all, and NaN is left out", "[mapping][json_array]") {
    parameters p;
    p.real(std::numeric_limits<double>::quiet_NaN());
    p.real(std::numeric_limits<double>::infinity());
    p.real(std::numeric_limits<double>::quiet_NaN());
    p.real(-std::numeric_limits<double>::infinity());
    CHECK(json_array_of(p) == "[9e999,-9e999]");
}

TEST_CASE("text is escaped where JSON demands it, and nowhere else", "[mapping][json_array]") {
    parameters p;
    p.text("");
    p.text("a\"b\\c/d");
    p.text("\x01\n\t\x1f\x7f");
    p.text("\xC3\xA4\xF0\x9F\x9A\x80");
    p.text(R"({"a":1})", field_type::json);
    p.null();
    CHECK(json_array_of(p) == "[\"\",\"a\\\"b\\\\c/d\",\"\\u0001\\u000a\\u0009\\u001f\x7f\","
                              "\"\xC3\xA4\xF0\x9F\x9A\x80\",\"{\\\"a\\\":1}\",null]");
    CHECK(hawser::json_text::is_valid(json_array_of(p)));
}

TEST_CASE("what an engine would read differently is refused", "[mapping][json_array]") {
    parameters zero, bytes, key;
    zero.text(std::string_view("a\0b", 3));
    bytes.text("abc", field_type::bytes);
    key.key_of(0);
    CHECK(kind_of(zero) == hawser::errc::unsupported);
    CHECK(kind_of(bytes) == hawser::errc::unsupported);
    CHECK(kind_of(key) == hawser::errc::unsupported);
}
