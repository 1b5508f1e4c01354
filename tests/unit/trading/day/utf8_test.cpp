#include "support/catch.hpp"
#include "utf8.hpp"

TEST_CASE("text of one to four bytes a character is UTF-8") {
    CHECK(day::is_utf8(""));
    CHECK(day::is_utf8("a\x7f"));
    CHECK(day::is_utf8("\xC2\x80 \xDF\xBF"));
    CHECK(day::is_utf8("\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF"));
    CHECK(day::is_utf8("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST_CASE("overlong forms, surrogates, what is beyond Unicode and cut characters are not") {
    for (const char* wrong : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                              "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC2",
                              "\xE2\x82", "\xF0\x90\x80", "\xC2 ", "\xE2\x82 ", "\xE2 \x82"})
        CHECK_FALSE(day::is_utf8(wrong));
}
