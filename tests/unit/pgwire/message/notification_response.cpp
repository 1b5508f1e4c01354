#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/notification_response.hpp>
#include <string>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("NotificationResponse holds process, channel and payload", "[pgwire][message]") {
    const std::string body = wire("[00000102]trades[00]42[00]");
    notification_response message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'A');
    CHECK(message.process == 258);
    CHECK(message.channel == "trades");
    CHECK(message.payload == "42");
    CHECK(support::other_lengths<notification_response>(body).empty());
}
