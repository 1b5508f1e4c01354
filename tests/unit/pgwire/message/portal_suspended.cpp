#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/portal_suspended.hpp>

using namespace hawser::pgwire;

TEST_CASE("PortalSuspended has no body", "[pgwire][message]") {
    CHECK(static_cast<char>(portal_suspended::type) == 's');
    CHECK(support::is_read<portal_suspended>(""));
    CHECK(support::other_lengths<portal_suspended>("").empty());
}
