#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/copy_data.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;
using support::wire;

TEST_CASE("CopyData holds any bytes", "[pgwire][message]") {
    output out;
    write_copy_data(out, wire("1[09]a[0a]"));
    CHECK(shown(out) == spelled("d[00000008]1[09]a[0a]"));
    out.clear();
    write_copy_data(out, "");
    CHECK(shown(out) == spelled("d[00000004]"));
}

TEST_CASE("CopyData is read with its bytes", "[pgwire][message]") {
    const std::string body = wire("1[09]a[0a 00]");
    copy_data message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'd');
    CHECK(message.data == body);
    REQUIRE(read("", message));
    CHECK(message.data.empty());
}
