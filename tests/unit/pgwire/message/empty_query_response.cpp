#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/empty_query_response.hpp>

using namespace hawser::pgwire;

TEST_CASE("EmptyQueryResponse has no body", "[pgwire][message]") {
    CHECK(static_cast<char>(empty_query_response::type) == 'I');
    CHECK(support::is_read<empty_query_response>(""));
    CHECK(support::other_lengths<empty_query_response>("").empty());
}
