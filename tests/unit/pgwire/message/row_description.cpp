#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/row_description.hpp>
#include <string>
#include <vector>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("RowDescription describes each field", "[pgwire][message]") {
    const std::string body = wire("[0002]id[00 00004001 0001 00000014 0008 ffffffff 0001]"
                                  "?column?[00 00000000 0000 00000413 ffff 00000024 0000]");
    row_description message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'T');
    std::vector<field_description> fields;
    for (const field_description& field : message.fields) fields.push_back(field);
    REQUIRE(fields.size() == 2);
    CHECK(fields[0].name == "id");
    CHECK(fields[0].table == 16385);
    CHECK(fields[0].attribute == 1);
    CHECK(fields[0].type == 20);
    CHECK(fields[0].size == 8);
    CHECK(fields[0].modifier == -1);
    CHECK(fields[0].format == format::binary);
    CHECK(fields[1].name == "?column?");
    CHECK(fields[1].table == 0);
    CHECK(fields[1].attribute == 0);
    CHECK(fields[1].type == 1043);
    CHECK(fields[1].size == -1);
    CHECK(fields[1].modifier == 36);
    CHECK(fields[1].format == format::text);
    CHECK(support::other_lengths<row_description>(body).empty());
}

TEST_CASE("RowDescription may have no fields, and has what it counts", "[pgwire][message]") {
    CHECK(support::is_read<row_description>(wire("[0000]")));
    CHECK_FALSE(
        support::is_read<row_description>(wire("[ffff]a[00 00000000 0000 00000017 0004 ffffffff 0000]")));
    CHECK_FALSE(
        support::is_read<row_description>(wire("[0001]a[00 00000000 0000 00000017 0004 ffffffff 0002]")));
}
