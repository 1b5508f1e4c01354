#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/execute.hpp>
#include <hawser/core/error.hpp>
#include <string_view>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Execute asks for all rows unless told otherwise", "[pgwire][message]") {
    output out;
    write_execute(out, "");
    CHECK(shown(out) == spelled("E[00000009 00 00000000]"));
    out.clear();
    write_execute(out, "p1", 256);
    CHECK(shown(out) == spelled("E[0000000b]p1[00 00000100]"));
}

TEST_CASE("Execute refuses a zero in a name", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_execute(out, std::string_view("\0", 1)), hawser::error);
}
