#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/parse.hpp>
#include <hawser/core/error.hpp>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Parse holds a name, a statement and types", "[pgwire][message]") {
    output out;
    write_parse(out, "s1", "select $1", std::vector<oid>{23, 0, 4294967295});
    CHECK(shown(out) == spelled("P[0000001f]s1[00]select $1[00 0003 00000017 00000000 ffffffff]"));
}

TEST_CASE("Parse of the unnamed statement leaves the types to the server", "[pgwire][message]") {
    output out;
    write_parse(out, "", "", {});
    CHECK(shown(out) == spelled("P[00000008 00 00 0000]"));
}

TEST_CASE("Parse has up to 65,535 types", "[pgwire][message]") {
    output out;
    write_parse(out, "", "", std::vector<oid>(65'535, 23));
    CHECK(shown(out.view().substr(0, 13)) == spelled("P[00040004 00 00 ffff 00000017]"));
    CHECK_THROWS_WITH(write_parse(out, "", "", std::vector<oid>(65'536)),
                      support::contains_text("at most 65535 parameters, not 65536"));
}

TEST_CASE("Parse refuses a zero in a name and in a statement", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_parse(out, std::string_view("a\0b", 3), "", {}), hawser::error);
    CHECK_THROWS_AS(write_parse(out, "", std::string_view("select 1\0", 9), {}), hawser::error);
}
