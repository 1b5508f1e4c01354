#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/startup_message.hpp>
#include <hawser/core/error.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

using parameters = std::vector<startup_parameter>;

TEST_CASE("StartupMessage has no type, a version and pairs up to a zero", "[pgwire][message]") {
    output out;
    write_startup_message(out, parameters{{"user", "trader"}, {"database", ""}});
    CHECK(shown(out) == spelled("[0000001f 00030000]user[00]trader[00]database[00 00 00]"));
}

TEST_CASE("StartupMessage may ask for protocol 3.2", "[pgwire][message]") {
    output out;
    write_startup_message(out, parameters{{"user", "a"}}, protocol_3_2);
    CHECK(shown(out) == spelled("[00000010 00030002]user[00]a[00 00]"));
}

TEST_CASE("StartupMessage refuses what would end its list", "[pgwire][message]") {
    output out;
    CHECK_THROWS_WITH(write_startup_message(out, parameters{{"", "a"}}),
                      support::contains_text("a start-up parameter for PostgreSQL has no name"));
    CHECK_THROWS_AS(write_startup_message(out, parameters{{std::string_view("a\0", 2), "a"}}), hawser::error);
    CHECK_THROWS_AS(write_startup_message(out, parameters{{"user", std::string_view("a\0b", 3)}}),
                    hawser::error);
}

TEST_CASE("StartupMessage is no longer than the server reads", "[pgwire][message]") {
    const std::string most(10'000 - 4 - 4 - 5 - 1 - 1, 'x');
    output out;
    write_startup_message(out, parameters{{"user", most}});
    CHECK(out.size() == 10'000);
    try {
        write_startup_message(out, parameters{{"user", most + "x"}});
        FAIL("written");
    } catch (const hawser::error& e) { CHECK(e.kind() == hawser::errc::out_of_range); }
}
