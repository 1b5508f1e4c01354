#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/data_row.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::wire;

namespace {

std::vector<std::string> values_of(const data_row& row) {
    std::vector<std::string> values;
    for (const column_value& value : row.values)
        values.push_back(value.null ? "NULL" : "'" + std::string(value.bytes) + "'");
    return values;
}

} // namespace

TEST_CASE("DataRow holds values, empty ones and NULL", "[pgwire][message]") {
    const std::string body = wire("[0003 00000003]abc[ffffffff 00000000]");
    data_row row;
    REQUIRE(read(body, row));
    CHECK(static_cast<char>(row.type) == 'D');
    CHECK(row.values.size() == 3);
    CHECK(values_of(row) == std::vector<std::string>{"'abc'", "NULL", "''"});
    CHECK(values_of(row).size() == 3); // any number of times
    CHECK(support::other_lengths<data_row>(body).empty());
}

TEST_CASE("DataRow may have no columns", "[pgwire][message]") {
    data_row row;
    REQUIRE(read(wire("[0000]"), row));
    CHECK(row.values.empty());
    CHECK(values_of(row).empty());
}

TEST_CASE("DataRow gives views of the bytes that it was read from", "[pgwire][message]") {
    const std::string body = wire("[0001 00000002]ab");
    data_row row;
    REQUIRE(read(body, row));
    CHECK((row.values.begin()->bytes.data() == body.data() + 6));
}

TEST_CASE("DataRow refuses lengths and counts that do not fit", "[pgwire][message]") {
    const std::string notation = GENERATE(
        as<std::string>{}, "[0001 00000004]abc", "[0001 00000002]abc", "[0001 fffffffe]", "[0001 80000000]",
        "[0001 7fffffff]abc", "[0002 00000003]abc", "[ffff 00000003]abc", "[0000 00000003]abc", "[ffff]");
    CAPTURE(notation);
    CHECK_FALSE(support::is_read<data_row>(wire(notation)));
}

TEST_CASE("DataRow has up to 65,535 columns", "[pgwire][message]") {
    const std::string body = wire("[ffff]") + std::string(std::size_t{65'535} * 4, '\xff');
    data_row row;
    REQUIRE(read(body, row));
    CHECK(row.values.size() == 65'535);
}
