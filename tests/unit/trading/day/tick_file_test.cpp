#include "files.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "tick_file.hpp"

using hawser::parse_timestamp;

namespace {

const std::string header = "symbol,ts_utc_ns,price,size,exchange,cond_hex,suspicious\n";

std::vector<day::tick> read(const std::string& lines) {
    const support::temporary_folder folder;
    const std::string path = folder.file("t.csv");
    write_file(path, header + lines);
    day::tick_file file(path);
    std::vector<day::tick> all;
    for (day::tick row; file.next(row);) all.push_back(row);
    return all;
}

std::string trouble(const std::string& line) {
    const std::string what = trouble_of([&] { return read("X,0,1,1,P,20,0\n" + line); });
    const std::string where = ", line 3, ";
    REQUIRE_THAT(what, support::contains_text(where));
    return what.substr(what.find(where) + where.size());
}

} // namespace

TEST_CASE("a tick is read exactly, its time cut to microseconds") {
    const auto ticks = read("BAC,1381132800614000999,13.9400,500,P,20002020,0\n");
    REQUIRE(ticks.size() == 1);
    CHECK(ticks[0].symbol == "BAC");
    CHECK(ticks[0].at == parse_timestamp("2013-10-07T08:00:00.614Z"));
    CHECK(ticks[0].price.to_string() == "13.94000000");
    CHECK(ticks[0].size == 500);
    CHECK(ticks[0].exchange == "P");
}

TEST_CASE("a tick that is wrong is named with its column") {
    CHECK(trouble(",0,1,1,P,20,0\n") == "column 1 (symbol): the field is empty");
    CHECK(trouble("X,1e3,1,1,P,20,0\n") == "column 2 (ts_utc_ns): \"1e3\" is no whole number");
    CHECK_THAT(trouble("X,-1,1,1,P,20,0\n"),
               support::contains_text("column 2 (ts_utc_ns): \"-1\" is not from"));
    CHECK_THAT(trouble("X,0,12.x,1,P,20,0\n"),
               support::contains_text("column 3 (price): \"12.x\" is no number"));
    CHECK(trouble("X,0,0.0000,1,P,20,0\n") == "column 3 (price): \"0.0000\" is not above 0");
    CHECK(trouble("X,0,1,-5,P,20,0\n") == "column 4 (size): \"-5\" is not above 0");
    CHECK(trouble("X,0,1,1,,20,0\n") == "column 5 (exchange): the field is empty");
    CHECK(trouble("X,0,1,1,P,2G,0\n") == "column 6 (cond_hex): \"2G\" is not hexadecimal");
    CHECK(trouble("X,0,1,1,P,20,2\n") == "column 7 (suspicious): \"2\" is not from 0 to 1");
}
