#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/cancel_request.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;
using support::wire;

TEST_CASE("CancelRequest holds a code, the process and its key", "[pgwire][message]") {
    output out;
    write_cancel_request(out, 258, wire("[01020304]"));
    CHECK(shown(out) == spelled("[00000010 04d2162e 00000102 01020304]"));
}

TEST_CASE("CancelRequest takes the longer keys of protocol 3.2", "[pgwire][message]") {
    output out;
    write_cancel_request(out, -1, wire("[000102030405060708]"));
    CHECK(shown(out) == spelled("[00000015 04d2162e ffffffff 000102030405060708]"));
}
