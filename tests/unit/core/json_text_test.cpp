#include <hawser/core/error.hpp>
#include <hawser/core/json_text.hpp>
#include "support/catch.hpp"
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

using hawser::json_text;

namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

// A random well-formed value.
std::string random_json(std::mt19937_64& engine, int depth) {
    static const char* const scalars[] = {
        "null",  "true",           "false",        "0",  "-1", "1.5e-3", "9007199254740993", "\"\"",
        "\"a\"", "\"\\u00e9\\n\"", "\"\xc3\xa9\"", "[]", "{}"};
    if (depth == 0) return scalars[engine() % std::size(scalars)];
    const bool object = engine() % 2 == 0;
    std::string text = object ? "{" : "[";
    const auto count = engine() % 4;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0) text += ", ";
        if (object) text += "\"k" + std::to_string(i) + "\": ";
        text += random_json(engine, depth - 1);
    }
    return text + (object ? "}" : "]");
}

} // namespace

TEST_CASE("a default json text is the empty object", "[core][json]") {
    CHECK(json_text().text() == "{}");
    CHECK(json_text() == json_text("{}"));
}

TEST_CASE("one well-formed value is kept byte for byte", "[core][json]") {
    const char* const texts[] = {"null",
                                 "true",
                                 "-0",
                                 "-0.5e+10",
                                 "1e400",
                                 "0.1e-2147483647",
                                 "1E+2147483647",
                                 "123456789012345678901234567890",
                                 "\"\"",
                                 "\"a\\u0000b\"",
                                 "\"\\ud83d\\ude00\"",
                                 "\"\xf0\x9f\x98\x80\"",
                                 "[]",
                                 "{}",
                                 " [1, 2 ] \n",
                                 R"({"a":{"b":[1,{"c":null}]},"a":2})"};
    for (const std::string text : texts) {
        CAPTURE(text);
        CHECK(json_text::is_valid(text));
        CHECK(json_text(text).text() == text);
    }
}

TEST_CASE("what is not one well-formed value is refused", "[core][json]") {
    const std::string texts[] = {"",
                                 " ",
                                 "{",
                                 "}",
                                 "[1,]",
                                 "[1 2]",
                                 "[]]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{a:1}",
                                 "{'a':1}",
                                 "{\"a\":1,}",
                                 "nul",
                                 "nulll",
                                 "True",
                                 "NaN",
                                 "Infinity",
                                 "01",
                                 "1.",
                                 ".5",
                                 "+1",
                                 "1e",
                                 "0x1",
                                 "1 2",
                                 "{} {}",
                                 "\"",
                                 "\"\\x\"",
                                 "\"\\u12\"",
                                 "\"\n\"",
                                 "\"\xff\"",
                                 "\"\xc3\"",
                                 "\"\xed\xa0\x80\"",
                                 "\"\\ud800\"",
                                 "/**/1",
                                 "1 // one",
                                 "\xef\xbb\xbf{}",
                                 std::string("1\0", 2),
                                 std::string("\"a\0b\"", 5)};
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK_FALSE(json_text::is_valid(text));
        try {
            const json_text made(text);
            FAIL_CHECK("nothing was thrown");
        } catch (const hawser::error& e) { CHECK(e.kind() == hawser::errc::type_mismatch); }
    }
    CHECK_FALSE(json_text::is_valid({}));
}

TEST_CASE("a refusal names position and cause and not the text", "[core][json]") {
    const auto message = [](std::string text) -> std::string {
        try {
            const json_text made(std::move(text));
        } catch (const hawser::error& e) { return e.what(); }
        return "nothing was thrown";
    };
    const auto contains = [](const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(contains(message("{\"secret\":x}"), "json: syntax error at position 11"));
    CHECK_FALSE(contains(message("{\"secret\":x}"), "secret"));
    CHECK(contains(message("x"), "at position 1"));
    CHECK(contains(message(""), "json: incomplete JSON at position 1"));
    CHECK(contains(message("[1,2"), "json: incomplete JSON at position 5"));
    CHECK(contains(message("[] x"), "json: extra data at position 4"));
}

TEST_CASE("nesting is bounded", "[core][json]") {
    CHECK(json_text::is_valid(nested(json_text::max_depth)));
    CHECK_FALSE(json_text::is_valid(nested(json_text::max_depth + 1)));
    CHECK_FALSE(json_text::is_valid(std::string(1'000'000, '[')));
}

TEST_CASE("cutting a well-formed object or array anywhere makes it invalid", "[core][json]") {
    std::mt19937_64 engine{5};
    for (int i = 0; i < 300; ++i) {
        const std::string text = random_json(engine, 1 + i % 4);
        REQUIRE(json_text::is_valid(text));
        for (std::size_t size = 0; size < text.size(); ++size)
            REQUIRE_FALSE(json_text::is_valid(std::string_view(text).substr(0, size)));
        REQUIRE_FALSE(json_text::is_valid(text + "]"));
        REQUIRE(json_text::is_valid("  " + text + "\r\n\t"));
    }
}

TEST_CASE("text of a database is taken as it is", "[core][json]") {
    CHECK(json_text::unchecked("{\"a\": 1}") == json_text("{\"a\": 1}"));
    CHECK(json_text::unchecked("not looked at").text() == "not looked at");
}

TEST_CASE("equality is that of the text", "[core][json]") {
    CHECK(json_text("[1]") == json_text("[1]"));
    CHECK(json_text("[1]") != json_text("[ 1 ]"));
}

TEST_CASE("a json text that was moved from is well-formed", "[core][json]") {
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<json_text>);
    STATIC_REQUIRE(std::is_nothrow_move_assignable_v<json_text>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, json_text>);
    const std::string text = "[\"" + std::string(100, 'x') + "\"]";
    json_text first(text);
    json_text second(std::move(first));
    CHECK(second.text() == text);
    CHECK(json_text::is_valid(first.text()));
    first = std::move(second);
    CHECK(first.text() == text);
    CHECK(json_text::is_valid(second.text()));
    const json_text copy = first;
    CHECK(copy == first);
    const std::string taken = std::move(first).text();
    CHECK(taken == text);
    CHECK(first == json_text());
}
