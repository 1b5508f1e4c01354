#include "support/catch.hpp"
#include "pgwire/shown_text.hpp"
#include <string>

using hawser::pgwire::shown_text;

TEST_CASE("words of a server that are fit for a log are shown as they are", "[pgwire]") {
    const std::string text = GENERATE(as<std::string>{}, "", "no pg_hba.conf entry for host \"[local]\"",
                                      "Passwort-Authentifizierung f\xc3\xbcr", "\xe5\xaf\x86\xe7\xa0\x81",
                                      "\xf0\x9f\x98\x80", "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf");
    CHECK(shown_text(text) == text);
}

TEST_CASE("control characters and what is no UTF-8 are not shown", "[pgwire]") {
    CHECK(shown_text("\x1b[31mred\x07\x7f") == "?[31mred??");
    CHECK(shown_text("two\nlines\tand\rmore") == "two lines and?more");
    CHECK(shown_text("\xc2\x85next") == "?next"); // U+0085 ends lines too
    CHECK(shown_text("f\xfcr") == "f?r");         // Latin-1
    CHECK(shown_text(std::string("a\0b", 3)) == "a?b");
    CHECK(shown_text("\xc0\x80") == "??");
    CHECK(shown_text("\xe0\x80\x80") == "???");
    CHECK(shown_text("\xed\xa0\x80") == "???");
    CHECK(shown_text("\xf4\x90\x80\x80") == "????");
    CHECK(shown_text("\xf0\x8f\xbf\xbf") == "????");
    CHECK(shown_text("\xf5\x80\x80\x80") == "????");
    CHECK(shown_text("\xe5\xaf") == "??");
    CHECK(shown_text("\xe5\xaf:") == "??:");
}

TEST_CASE("long texts are cut between characters", "[pgwire]") {
    CHECK(shown_text("abcdef", 6) == "abcdef");
    CHECK(shown_text("abcdef", 5) == "abcde..");
    CHECK(shown_text("ab\xc3\xbc", 4) == "ab\xc3\xbc");
    CHECK(shown_text("ab\xc3\xbc", 3) == "ab..");
    CHECK(shown_text(std::string(100'000, 'x')).size() == 502);
}
