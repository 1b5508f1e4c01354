#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/backend_key_data.hpp>
#include <string>

using namespace hawser::pgwire;
using support::shown;
using support::wire;

TEST_CASE("BackendKeyData holds the process and four bytes of key", "[pgwire][message]") {
    const std::string body = wire("[00000102 0a0b0c00]");
    backend_key_data message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'K');
    CHECK(message.process == 258);
    CHECK(shown(message.key) == "[0a0b0c00]");
    for (std::size_t n = 0; n < body.size(); ++n)
        CHECK_FALSE(support::is_read<backend_key_data>(body.substr(0, n)));
}

TEST_CASE("BackendKeyData may have a key of up to 256 bytes", "[pgwire][message]") {
    const std::string process(4, '\x01');
    backend_key_data message;
    const std::string longest = process + std::string(256, 'k');
    REQUIRE(read(longest, message));
    CHECK(message.key == std::string(256, 'k'));
    CHECK_FALSE(support::is_read<backend_key_data>(longest + "k"));
}
