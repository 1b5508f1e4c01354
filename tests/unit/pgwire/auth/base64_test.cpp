#include "support/catch.hpp"
#include "pgwire/auth/base64.hpp"
#include <string>
#include <string_view>
#include <utility>

using hawser::pgwire::from_base64;
using hawser::pgwire::to_base64;

TEST_CASE("base64 is written and read as RFC 4648 gives it", "[pgwire][auth]") {
    // https://www.rfc-editor.org/rfc/rfc4648#section-10
    const auto [bytes, text] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                         {"f", "Zg=="},
                                                                         {"fo", "Zm8="},
                                                                         {"foo", "Zm9v"},
                                                                         {"foob", "Zm9vYg=="},
                                                                         {"fooba", "Zm9vYmE="},
                                                                         {"foobar", "Zm9vYmFy"},
                                                                         {std::string("\0\0\0", 3), "AAAA"},
                                                                         {"\xff\xff\xff", "////"},
                                                                         {"\xfb\xef\xbe", "++++"}}));
    CHECK(to_base64(bytes) == text);
    std::string back = "something else";
    CHECK(from_base64(text, back));
    CHECK(back == bytes);
}

TEST_CASE("bytes of any length come back from base64", "[pgwire][auth]") {
    std::string bytes;
    for (unsigned i = 0; i < 300; ++i) {
        std::string back;
        CHECK(from_base64(to_base64(bytes), back));
        CHECK(back == bytes);
        bytes += static_cast<char>(i * 37 % 256);
    }
}

TEST_CASE("what base64 would not write is not read", "[pgwire][auth]") {
    const std::string text = GENERATE(as<std::string>{},
                                      "Zg",       // padding is missing
                                      "Zg=",      //
                                      "Zm9",      //
                                      "Z===",     // too much of it
                                      "====",     //
                                      "Zg==Zm9v", // in the middle
                                      "Z=g=",     //
                                      "=Zg=",     //
                                      "Zh==",     // bits that are of no byte
                                      "Zm9=",     //
                                      "Zm9v\n",   // line ends and spaces
                                      "Zm 9",     //
                                      "Zm9-",     // the alphabet of URLs
                                      "Zm9_",     //
                                      "Zm9\x80",  // beyond ASCII
                                      "Zm9,");
    std::string bytes;
    CHECK_FALSE(from_base64(text, bytes));
    CHECK_FALSE(from_base64(std::string("Zm\0v", 4), bytes));
}
