#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/password_message.hpp>
#include <hawser/core/error.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("PasswordMessage holds the password and a zero", "[pgwire][message]") {
    output out;
    write_password_message(out, "md5f00");
    CHECK(shown(out) == spelled("p[0000000b]md5f00[00]"));
}

TEST_CASE("PasswordMessage may be empty", "[pgwire][message]") {
    output out;
    write_password_message(out, "");
    CHECK(shown(out) == spelled("p[0000000500]"));
}

TEST_CASE("PasswordMessage refuses a zero within", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_password_message(out, std::string_view("a\0b", 3)), hawser::error);
}
