#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/parameter_description.hpp>
#include <string>
#include <vector>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("ParameterDescription lists types", "[pgwire][message]") {
    const std::string body = wire("[0002 00000017 ffffffff]");
    parameter_description message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 't');
    std::vector<oid> types;
    for (const oid type : message.types) types.push_back(type);
    CHECK(types == std::vector<oid>{23, 4294967295});
    CHECK(support::other_lengths<parameter_description>(body).empty());
}

TEST_CASE("ParameterDescription may be empty, and has what it counts", "[pgwire][message]") {
    CHECK(support::is_read<parameter_description>(wire("[0000]")));
    CHECK_FALSE(support::is_read<parameter_description>(wire("[ffff 00000017]")));
}
