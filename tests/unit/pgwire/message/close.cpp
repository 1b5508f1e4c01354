#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/close.hpp>
#include <hawser/core/error.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Close names a statement or a portal", "[pgwire][message]") {
    output out;
    write_close_statement(out, "s1");
    CHECK(shown(out) == spelled("C[00000008]Ss1[00]"));
    out.clear();
    write_close_portal(out, "p22");
    CHECK(shown(out) == spelled("C[00000009]Pp22[00]"));
}

TEST_CASE("Close of the unnamed ones has an empty name", "[pgwire][message]") {
    output out;
    write_close_statement(out, "");
    CHECK(shown(out) == spelled("C[00000006]S[00]"));
    out.clear();
    write_close_portal(out, "");
    CHECK(shown(out) == spelled("C[00000006]P[00]"));
}

TEST_CASE("Close refuses a zero in a name", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_close_statement(out, std::string_view("a\0b", 3)), hawser::error);
    CHECK_THROWS_AS(write_close_portal(out, std::string_view("\0", 1)), hawser::error);
}
