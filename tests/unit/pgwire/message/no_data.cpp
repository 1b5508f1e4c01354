#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/no_data.hpp>

using namespace hawser::pgwire;

TEST_CASE("NoData has no body", "[pgwire][message]") {
    CHECK(static_cast<char>(no_data::type) == 'n');
    CHECK(support::is_read<no_data>(""));
    CHECK(support::other_lengths<no_data>("").empty());
}
