#include "support/catch.hpp"
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/uuid.hpp>
#include <hawser/core/value.hpp>
#include <limits>
#include <string>

using hawser::field_type;
using hawser::field_view;
using hawser::value;

namespace {

std::string text_of(field_type type, std::int64_t integer, std::uint8_t scale = 0) {
    return value(field_view::of(type, integer, scale)).to_text();
}

template <class Bytes>
field_view sixteen(field_type type, const Bytes& bytes) {
    return field_view::of(type, reinterpret_cast<const char*>(bytes.data()), 16);
}

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 86'400 * second;

} // namespace

TEST_CASE("the text of a uuid is that of the uuid, of bytes hexadecimal digits", "[core][value]") {
    const auto id = hawser::uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
    CHECK(value(sixteen(field_type::uuid, id.bytes())).to_text() == "01890a5d-ac96-774b-bcce-b302099a8057");
    CHECK(value(sixteen(field_type::bytes, id.bytes())).to_text() == "\\x01890a5dac96774bbcceb302099a8057");
}

TEST_CASE("the text of a decimal is its digits, however many", "[core][value]") {
    CHECK(text_of(field_type::decimal, -12345, 2) == "-123.45");
    const auto most = hawser::detail::power_of_ten(38) - 1;
    const auto bytes = hawser::detail::encode_ordered(-most);
    field_view f = sixteen(field_type::wide_decimal, bytes);
    f.scale = 18;
    CHECK(value(f).to_text() == "-99999999999999999999.999999999999999999");
}

TEST_CASE("the text of a date or time is that of the calendar, also beyond four digits of year",
          "[core][value]") {
    CHECK(text_of(field_type::date, 0) == "1970-01-01");
    CHECK(text_of(field_type::date, 20'516) == "2026-03-04");
    CHECK(text_of(field_type::date, -719'162) == "0001-01-01");
    CHECK(text_of(field_type::date, -719'163) == "0001-12-31 BC");
    CHECK(text_of(field_type::date, -2'440'588) == "4714-11-24 BC");
    CHECK(text_of(field_type::date, 2'145'042'905) == "5874897-12-31");
    CHECK(text_of(field_type::instant, -1) == "1969-12-31T23:59:59.999999Z");
    CHECK(text_of(field_type::instant, -719'163 * day) == "0001-12-31T00:00:00.000000Z BC");
    CHECK(text_of(field_type::instant, 2'932'897 * day + second) == "10000-01-01T00:00:01.000000Z");
}

TEST_CASE("the text of a duration is that of an interval in hours", "[core][value]") {
    CHECK(text_of(field_type::duration, 0) == "00:00:00");
    CHECK(text_of(field_type::duration, 1'500'000) == "00:00:01.5");
    CHECK(text_of(field_type::duration, -3'723 * second) == "-01:02:03");
    CHECK(text_of(field_type::duration, 36 * 3600 * second) == "36:00:00");
    CHECK(text_of(field_type::duration, std::numeric_limits<std::int64_t>::min()) ==
          "-2562047788:00:54.775808");
}
