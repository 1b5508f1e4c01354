#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/sync.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Sync is a type and a length", "[pgwire][message]") {
    output out;
    write_sync(out);
    CHECK(shown(out) == spelled("S[00000004]"));
}
