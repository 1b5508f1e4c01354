#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/error_response.hpp>
#include <string>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("ErrorResponse gives every field of the manual", "[pgwire][message]") {
    const std::string body =
        wire("SFEHLER[00]VERROR[00]C23505[00]Mdoppelt[00]Dthe detail[00]Hthe hint[00]P15[00]"
             "p7[00]qselect 1[00]Wthe place[00]squantum[00]tteams[00]cname[00]dtext[00]"
             "nteams_name_uq[00]Fnbtinsert.c[00]L664[00]R_bt_check_unique[00 00]");
    error_response e;
    REQUIRE(read(body, e));
    CHECK(static_cast<char>(e.type) == 'E');
    CHECK(e.localized_severity == "FEHLER");
    CHECK(e.severity == "ERROR");
    CHECK(e.sqlstate == "23505");
    CHECK(e.message == "doppelt");
    CHECK(e.detail == "the detail");
    CHECK(e.hint == "the hint");
    CHECK(e.position == 15);
    CHECK(e.internal_position == 7);
    CHECK(e.internal_query == "select 1");
    CHECK(e.where == "the place");
    CHECK(e.schema == "quantum");
    CHECK(e.table == "teams");
    CHECK(e.column == "name");
    CHECK(e.data_type == "text");
    CHECK(e.constraint == "teams_name_uq");
    CHECK(e.file == "nbtinsert.c");
    CHECK(e.line == 664);
    CHECK(e.routine == "_bt_check_unique");
    CHECK_FALSE(e.fatal());
    CHECK(support::other_lengths<error_response>(body).empty());
}

TEST_CASE("ErrorResponse says whether the session is over", "[pgwire][message]") {
    const auto [body, fatal] = GENERATE(table<const char*, bool>({
        {"SFATAL[00]VFATAL[00 00]", true},
        {"SPANIK[00]VPANIC[00 00]", true},
        {"SFATAL[00]VERROR[00 00]", false},
        {"SFATAL[00 00]", true}, // a server before 9.6
        {"SERROR[00 00]", false},
        {"[00]", false},
    }));
    CAPTURE(body);
    const std::string bytes = wire(body);
    error_response e;
    REQUIRE(read(bytes, e));
    CHECK(e.fatal() == fatal);
}

TEST_CASE("ErrorResponse passes over fields of unknown kinds", "[pgwire][message]") {
    const std::string body = wire("Zwhat[00]Mm[00 c3 00 00]");
    error_response e;
    REQUIRE(read(body, e));
    CHECK(e.message == "m");
}

TEST_CASE("ErrorResponse takes no number from what is none", "[pgwire][message]") {
    const std::string body = wire("P-1[00]L1x[00]p4294967296[00 00]");
    error_response e;
    REQUIRE(read(body, e));
    CHECK(e.position == 0);
    CHECK(e.line == 0);
    CHECK(e.internal_position == 0);
}

TEST_CASE("ErrorResponse forgets what an earlier one said", "[pgwire][message]") {
    error_response e;
    REQUIRE(read(wire("[00]"), e));
    e.hint = "old";
    REQUIRE(read(wire("[00]"), e));
    CHECK(e.hint.empty());
}
