#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/sasl_initial_response.hpp>
#include <hawser/core/error.hpp>
#include <string_view>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("SASLInitialResponse holds the mechanism and its first words", "[pgwire][message]") {
    output out;
    write_sasl_initial_response(out, "SCRAM-SHA-256", "n,,n=,r=x");
    CHECK(shown(out) == spelled("p[0000001f]SCRAM-SHA-256[00 00000009]n,,n=,r=x"));
}

TEST_CASE("SASLInitialResponse tells no words from empty ones", "[pgwire][message]") {
    output out;
    write_sasl_initial_response(out, "X", {});
    CHECK(shown(out) == spelled("p[0000000a]X[00 ffffffff]"));
    out.clear();
    write_sasl_initial_response(out, "X", "");
    CHECK(shown(out) == spelled("p[0000000a]X[00 00000000]"));
}

TEST_CASE("SASLInitialResponse refuses a zero in a mechanism", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_sasl_initial_response(out, std::string_view("X\0", 2), {}), hawser::error);
}
