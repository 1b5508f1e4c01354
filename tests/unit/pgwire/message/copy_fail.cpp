#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/copy_fail.hpp>
#include <hawser/core/error.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("CopyFail holds the reason and a zero", "[pgwire][message]") {
    output out;
    write_copy_fail(out, "out of rows");
    CHECK(shown(out) == spelled("f[00000010]out of rows[00]"));
}

TEST_CASE("CopyFail may be empty", "[pgwire][message]") {
    output out;
    write_copy_fail(out, "");
    CHECK(shown(out) == spelled("f[0000000500]"));
}

TEST_CASE("CopyFail refuses a zero within", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_copy_fail(out, std::string_view("a\0b", 3)), hawser::error);
}
