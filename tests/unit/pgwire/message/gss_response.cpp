#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/gss_response.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;
using support::wire;

TEST_CASE("GSSResponse holds the data and no zero behind", "[pgwire][message]") {
    output out;
    write_gss_response(out, wire("c=biws[00]"));
    CHECK(shown(out) == spelled("p[0000000b]c=biws[00]"));
}

TEST_CASE("GSSResponse may be empty", "[pgwire][message]") {
    output out;
    write_gss_response(out, "");
    CHECK(shown(out) == spelled("p[00000004]"));
}
