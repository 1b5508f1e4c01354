#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/copy_out_response.hpp>
#include <vector>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("CopyOutResponse gives the format of the whole and of each column", "[pgwire][message]") {
    const std::string body = wire("[01 0002 0001 0001]");
    copy_out_response message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'H');
    CHECK(message.whole == format::binary);
    std::vector<format> columns;
    for (const format f : message.columns) columns.push_back(f);
    CHECK(columns == std::vector{format::binary, format::binary});
    CHECK(support::other_lengths<copy_out_response>(body).empty());
}

TEST_CASE("CopyOutResponse of text has columns of text", "[pgwire][message]") {
    copy_out_response message;
    REQUIRE(read(wire("[00 0001 0000]"), message));
    CHECK(message.whole == format::text);
    CHECK(message.columns.size() == 1);
    CHECK_FALSE(support::is_read<copy_out_response>(wire("[00 0001 0001]")));
}

TEST_CASE("CopyOutResponse refuses formats that there are not and columns that are not there",
          "[pgwire][message]") {
    CHECK(support::is_read<copy_out_response>(wire("[01 0000]")));
    CHECK_FALSE(support::is_read<copy_out_response>(wire("[02 0001 0000]")));
    CHECK_FALSE(support::is_read<copy_out_response>(wire("[01 0001 0002]")));
    CHECK_FALSE(support::is_read<copy_out_response>(wire("[01 0001 ffff]")));
    CHECK_FALSE(support::is_read<copy_out_response>(wire("[01 ffff 0001]")));
}
