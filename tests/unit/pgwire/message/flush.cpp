#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/flush.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Flush is a type and a length", "[pgwire][message]") {
    output out;
    write_flush(out);
    CHECK(shown(out) == spelled("H[00000004]"));
}
