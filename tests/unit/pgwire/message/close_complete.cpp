#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/close_complete.hpp>

using namespace hawser::pgwire;

TEST_CASE("CloseComplete has no body", "[pgwire][message]") {
    CHECK(static_cast<char>(close_complete::type) == '3');
    CHECK(support::is_read<close_complete>(""));
    CHECK(support::other_lengths<close_complete>("").empty());
}
