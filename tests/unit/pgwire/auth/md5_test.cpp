#include "support/catch.hpp"
#include "pgwire/auth/md5.hpp"
#include <string>
#include <string_view>

using hawser::pgwire::md5_answer;

TEST_CASE("the MD5 answer is salted twice, with the user's name and with the server's salt",
          "[pgwire][auth]") {
    CHECK(md5_answer("trader", "pencil", "\1\2\3\4") == "md53f388d7eeae20461cf16fabdc4165206");
    CHECK(md5_answer("trader", "pencil", std::string_view("\0\xff\0\xff", 4)) ==
          "md5b5c5f11cfe231c82bb0f7f0a29f2425b");
}

TEST_CASE("the MD5 answer takes names and passwords as bytes", "[pgwire][auth]") {
    CHECK(md5_answer("j\xc3\xb6rg", "p\xc3\xa4ssw\xc3\xb6rd", "abcd") ==
          "md5ae74d2c7a5698483ee9a29280e8f2fdd");
}
