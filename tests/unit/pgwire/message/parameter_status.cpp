#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/parameter_status.hpp>
#include <string>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("ParameterStatus holds a name and a value", "[pgwire][message]") {
    const std::string body = wire("server_version[00]15.6[00]");
    parameter_status message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'S');
    CHECK(message.name == "server_version");
    CHECK(message.value == "15.6");
    CHECK(support::other_lengths<parameter_status>(body).empty());
}

TEST_CASE("ParameterStatus may have an empty value", "[pgwire][message]") {
    const std::string body = wire("application_name[00 00]");
    parameter_status message;
    REQUIRE(read(body, message));
    CHECK(message.value.empty());
}
