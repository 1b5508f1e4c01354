#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/negotiate_protocol_version.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("NegotiateProtocolVersion holds a version and options", "[pgwire][message]") {
    const std::string body = wire("[00030000 00000002]_pq_.a[00]_pq_.b[00]");
    negotiate_protocol_version message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'v');
    CHECK(message.version == 196608);
    std::vector<std::string_view> names;
    for (const std::string_view name : message.unknown_options) names.push_back(name);
    CHECK(names == std::vector<std::string_view>{"_pq_.a", "_pq_.b"});
    CHECK(support::other_lengths<negotiate_protocol_version>(body).empty());
}

TEST_CASE("NegotiateProtocolVersion refuses counts that do not fit", "[pgwire][message]") {
    CHECK(support::is_read<negotiate_protocol_version>(wire("[00030000 00000000]")));
    CHECK_FALSE(support::is_read<negotiate_protocol_version>(wire("[00030000 ffffffff]")));
    CHECK_FALSE(support::is_read<negotiate_protocol_version>(wire("[00030000 7fffffff]a[00]")));
    CHECK_FALSE(support::is_read<negotiate_protocol_version>(wire("[00030000 00000000]a[00]")));
}
