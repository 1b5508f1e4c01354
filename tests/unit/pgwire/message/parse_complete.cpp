#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/parse_complete.hpp>

using namespace hawser::pgwire;

TEST_CASE("ParseComplete has no body", "[pgwire][message]") {
    CHECK(static_cast<char>(parse_complete::type) == '1');
    CHECK(support::is_read<parse_complete>(""));
    CHECK(support::other_lengths<parse_complete>("").empty());
}
