#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/terminate.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Terminate is a type and a length", "[pgwire][message]") {
    output out;
    write_terminate(out);
    CHECK(shown(out) == spelled("X[00000004]"));
}
