#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/bind_complete.hpp>

using namespace hawser::pgwire;

TEST_CASE("BindComplete has no body", "[pgwire][message]") {
    CHECK(static_cast<char>(bind_complete::type) == '2');
    CHECK(support::is_read<bind_complete>(""));
    CHECK(support::other_lengths<bind_complete>("").empty());
}
