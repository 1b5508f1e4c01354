#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/ssl_request.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("SSLRequest is a length and a code", "[pgwire][message]") {
    output out;
    write_ssl_request(out);
    CHECK(shown(out) == spelled("[00000008 04d2162f]"));
}
