#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/copy_done.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("CopyDone has no body", "[pgwire][message]") {
    output out;
    write_copy_done(out);
    CHECK(shown(out) == spelled("c[00000004]"));
    CHECK(static_cast<char>(copy_done::type) == 'c');
    CHECK(support::is_read<copy_done>(""));
    CHECK(support::other_lengths<copy_done>("").empty());
}
