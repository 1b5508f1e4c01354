#include "support/catch.hpp"
#include "pgwire/auth/saslprep.hpp"
#include <string>
#include <string_view>

using namespace hawser::pgwire;

namespace {

// "refused", or the text as it is to be hashed
std::string prepared(std::string_view text) {
    secret_text out;
    out.push_back('x');
    if (!saslprep(text, out)) {
        CHECK(out.empty());
        return "refused";
    }
    return std::string(view(out));
}

} // namespace

TEST_CASE("SASLprep gives what RFC 4013 shows", "[pgwire][auth]") {
    // https://www.rfc-editor.org/rfc/rfc4013#section-3
    CHECK(prepared("I\xc2\xadX") == "IX");        // a soft hyphen is mapped to nothing
    CHECK(prepared("user") == "user");            // no change
    CHECK(prepared("USER") == "USER");            // case is kept
    CHECK(prepared("\xc2\xaa") == "a");           // NFKC
    CHECK(prepared("\xe2\x85\xa8") == "IX");      // NFKC
    CHECK(prepared("\x07") == "refused");         // prohibited
    CHECK(prepared("\xd8\xa7\x31") == "refused"); // right to left, ending in a digit
}

TEST_CASE("spaces of all kinds become plain ones", "[pgwire][auth]") {
    CHECK(prepared("a\xc2\xa0"
                   "b\xe2\x80\x83"
                   "c\xe3\x80\x80"
                   "d e") == "a b c d e");
    // A zero-width space is in the table of spaces and in that of nothing: PostgreSQL takes it for a space.
    CHECK(prepared("a\xe2\x80\x8b"
                   "b") == "a b");
}

TEST_CASE("characters without shape are left out, and a password of them alone is none", "[pgwire][auth]") {
    CHECK(prepared("a\xe2\x80\x8d\xef\xb8\x8f\xef\xbb\xbf"
                   "b") == "ab");
    CHECK(prepared("\xc2\xad") == "refused");
    CHECK(prepared("") == "refused");
}

TEST_CASE("what looks the same is hashed the same", "[pgwire][auth]") {
    CHECK(prepared("a\xcc\x88") == "\xc3\xa4");                                // a and combining diaeresis
    CHECK(prepared("\xc3\xa4") == "\xc3\xa4");                                 // composed already
    CHECK(prepared("\xef\xac\x81") == "fi");                                   // a ligature
    CHECK(prepared("\xef\xbc\xa1\xef\xbc\x91") == "A1");                       // full-width
    CHECK(prepared("q\xcc\x87\xcc\xa3") == "q\xcc\xa3\xcc\x87");               // marks in canonical order
    CHECK(prepared("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab") == "\xed\x95\x9c"); // Hangul
    CHECK(prepared("\xe2\x84\xa2") == "TM");
    CHECK(prepared("\xef\xb7\xba").size() == 33); // one character that becomes eighteen
}

TEST_CASE("prohibited characters are refused, and those that Unicode 3.2 did not have", "[pgwire][auth]") {
    CHECK(prepared("a\xc2\x80") == "refused");         // a control character
    CHECK(prepared("a\xee\x80\x80") == "refused");     // private use
    CHECK(prepared("a\xef\xbf\xbe") == "refused");     // no character
    CHECK(prepared("a\xef\xbf\xbd") == "refused");     // replacement character
    CHECK(prepared("a\xe2\xbf\xb0") == "refused");     // ideographic description
    CHECK(prepared("a\xe2\x80\x8e") == "refused");     // left-to-right mark
    CHECK(prepared("a\xf3\xa0\x80\x81") == "refused"); // a tag
    CHECK(prepared("a\xf0\x9f\x98\x80") == "refused"); // a face, of Unicode 6.1
    CHECK(prepared("a\xc8\xa1") == "refused");         // U+0221, of Unicode 4.0
}

TEST_CASE("prohibited characters are sought before NFKC, as PostgreSQL does", "[pgwire][auth]") {
    CHECK(prepared("a\xcd\x80") == "refused"); // U+0340, of which NFKC makes the allowed U+0300
}

TEST_CASE("texts from right to left are of that kind alone, at both ends too", "[pgwire][auth]") {
    CHECK(prepared("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d") == "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d");
    CHECK(prepared("\xd7\xa9"
                   "1\xd7\x9d") == "\xd7\xa9"
                                   "1\xd7\x9d");
    CHECK(prepared("\xd7\xa9"
                   "a\xd7\x9d") == "refused");
    CHECK(prepared("1\xd7\xa9") == "refused");
}

TEST_CASE("what is no UTF-8 is refused", "[pgwire][auth]") {
    const std::string text = GENERATE(as<std::string>{}, "\xff", "a\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80",
                                      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98");
    CHECK(prepared(text) == "refused");
}

TEST_CASE("a password that is refused is hashed as it is", "[pgwire][auth]") {
    const std::string text = GENERATE(as<std::string>{}, "", "\x07", "\xff\xfe", "\xc2\xad", "a\xcd\x80",
                                      "p\xf0\x9f\x98\x80", "\xc3");
    CHECK(view(prepared_password(text)) == text);
    CHECK(view(prepared_password("\xe2\x85\xa8")) == "IX");
}
