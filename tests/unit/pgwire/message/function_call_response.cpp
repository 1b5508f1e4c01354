#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/function_call_response.hpp>
#include <string>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("FunctionCallResponse holds a value", "[pgwire][message]") {
    const std::string body = wire("[00000002]42");
    function_call_response message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'V');
    CHECK_FALSE(message.null);
    CHECK(message.bytes == "42");
    CHECK(support::other_lengths<function_call_response>(body).empty());
}

TEST_CASE("FunctionCallResponse may hold NULL or nothing", "[pgwire][message]") {
    function_call_response message;
    REQUIRE(read(wire("[ffffffff]"), message));
    CHECK(message.null);
    REQUIRE(read(wire("[00000000]"), message));
    CHECK_FALSE(message.null);
    CHECK(message.bytes.empty());
    CHECK_FALSE(support::is_read<function_call_response>(wire("[fffffffe]")));
    CHECK_FALSE(support::is_read<function_call_response>(wire("[7fffffff]42")));
}
