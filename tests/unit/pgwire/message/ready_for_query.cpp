#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/ready_for_query.hpp>
#include <string>

using namespace hawser::pgwire;

TEST_CASE("ReadyForQuery holds the state of the transaction", "[pgwire][message]") {
    const auto [body, status] = GENERATE(table<const char*, transaction_status>({
        {"I", transaction_status::idle},
        {"T", transaction_status::open},
        {"E", transaction_status::failed},
    }));
    ready_for_query message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'Z');
    CHECK(message.status == status);
    CHECK(support::other_lengths<ready_for_query>(body).empty());
}

TEST_CASE("ReadyForQuery refuses a state that there is not", "[pgwire][message]") {
    for (int c = 0; c < 256; ++c)
        CHECK(support::is_read<ready_for_query>(std::string(1, static_cast<char>(c))) ==
              (c == 'I' || c == 'T' || c == 'E'));
}
