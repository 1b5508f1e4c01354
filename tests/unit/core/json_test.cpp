#include <hawser/core/error.hpp>
#include <hawser/core/json.hpp>
#include <hawser/core/json_text.hpp>
#include "support/catch.hpp"
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace {

using hawser::detail::json_text_of;
using hawser::detail::try_parse_json;

// Written and read again.
template <class V>
V again(const V& v) {
    const auto parsed = try_parse_json(json_text_of(boost::json::value_from(v)));
    REQUIRE(parsed.has_value());
    return boost::json::value_to<V>(*parsed);
}
std::uint64_t bits(double d) {
    return std::bit_cast<std::uint64_t>(d);
}
double read(const std::string& text) {
    const auto parsed = try_parse_json(text);
    REQUIRE(parsed.has_value());
    return boost::json::value_to<double>(*parsed);
}
std::string shortest(double d) {
    char buffer[40];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, d).ptr);
}

} // namespace

TEST_CASE("doubles come back from JSON bit by bit", "[core][json]") {
    std::mt19937_64 engine(20240229);
    std::size_t changed = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto d = std::bit_cast<double>(engine());
        if (!std::isfinite(d)) continue;
        if (bits(again(d)) != bits(d)) ++changed;
        if (bits(read(shortest(d))) != bits(d)) ++changed;
        const auto common =
            static_cast<double>(static_cast<std::int64_t>(engine() % 200'000'000)) / 1e4 - 1e4;
        if (bits(again(common)) != bits(common)) ++changed;
    }
    CHECK(changed == 0);
}

TEST_CASE("the extreme doubles come back from JSON", "[core][json]") {
    using limits = std::numeric_limits<double>;
    for (const double d : {0.0, -0.0, limits::min(), limits::max(), limits::lowest(), limits::denorm_min(),
                           -limits::denorm_min(), limits::epsilon(), 0.1, 1e23, 9007199254740993.0}) {
        CAPTURE(d);
        CHECK(bits(again(d)) == bits(d));
    }
}

TEST_CASE("numbers of any notation are read as the nearest double", "[core][json]") {
    CHECK(read("1e23") == 1e23);
    CHECK(read("1E+2") == 100);
    CHECK(read("100e-2") == 1);
    CHECK(bits(read("-0.0")) == bits(-0.0));
    CHECK(read("18446744073709551616") == 0x1p64);
    CHECK(read("-9223372036854775809") == -0x1p63);
    CHECK(read("0.1000000000000000055511151231257827021181583404541015625") == 0.1);
    CHECK(read("1" + std::string(300, '0')) == 1e300);
    CHECK(read("1.7976931348623158e308") == std::numeric_limits<double>::max());
    // Half a unit above 1, and a little more than that.
    CHECK(read("1.00000000000000011102230246251565404236316680908203125") == 1);
    CHECK(read("1.00000000000000011102230246251565404236316680908203126") > 1);
    CHECK(bits(read("-1e-400")) == bits(-0.0));
    CHECK(bits(read("1e-9999")) == bits(0.0));
}

TEST_CASE("a number beyond every double is not read as infinite", "[core][json]") {
    for (const std::string beyond : {"1e400", "-1e400", "1.7976931348623160e308", "[1, 1e309]"})
        CHECK_FALSE(try_parse_json(beyond).has_value());
    CHECK_FALSE(try_parse_json("1" + std::string(310, '0')).has_value());
}

TEST_CASE("integers of 64 bits come back from JSON", "[core][json]") {
    std::mt19937_64 engine(42);
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t u = engine() >> engine() % 64;
        const auto s = static_cast<std::int64_t>(u);
        if (again(u) != u || again(s) != s || again(-s) != -s) FAIL(u);
    }
    CHECK(again(std::numeric_limits<std::int64_t>::min()) == std::numeric_limits<std::int64_t>::min());
    CHECK(again(std::numeric_limits<std::uint64_t>::max()) == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("documents are read whole", "[core][json]") {
    const std::string text =
        R"( {"a": [1, -2.5, true, false, null, "x\u00e9\n\ud83d\ude00"], "b": {}, "": []} )";
    const auto parsed = try_parse_json(text);
    REQUIRE(parsed.has_value());
    CHECK(*parsed == boost::json::parse(text));
    for (const std::string wrong : {"", " ", "1 2", "{", "[1,]", "nul", "-", "1.", "1e", "01", "+1", ".5",
                                    "NaN", "{\"a\":1}x", "[1", "\"a", "// c\n1"})
        CHECK_FALSE(try_parse_json(wrong).has_value());
}

TEST_CASE("a document is read to the depth of json_text, not deeper", "[core][json]") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(try_parse_json(nested(hawser::json_text::max_depth)).has_value());
    CHECK_FALSE(try_parse_json(nested(hawser::json_text::max_depth + 1)).has_value());
}

TEST_CASE("a document that could not be read again is not written", "[core][json]") {
    const auto nested = [](std::size_t depth) {
        boost::json::value v = 1;
        for (; depth > 0; --depth) v = boost::json::array{std::move(v)};
        return v;
    };
    const auto kind_of = [](const boost::json::value& v) {
        try {
            static_cast<void>(json_text_of(v));
        } catch (const hawser::error& e) { return e.kind(); }
        return hawser::errc{};
    };
    CHECK(try_parse_json(json_text_of(nested(hawser::json_text::max_depth))).has_value());
    CHECK(kind_of(nested(hawser::json_text::max_depth + 1)) == hawser::errc::out_of_range);
    for (const char* broken : {"\x80", "caf\xe9", "\xed\xa0\x80", "\xc0\x80", "\xf5\x80\x80\x80"}) {
        CHECK(kind_of(boost::json::value(broken)) == hawser::errc::out_of_range);
        CHECK(kind_of(boost::json::array{1, broken}) == hawser::errc::out_of_range);
        CHECK(kind_of(boost::json::object{{broken, 1}}) == hawser::errc::out_of_range);
    }
    CHECK(kind_of(boost::json::value("caf\xc3\xa9")) == hawser::errc{});
}
