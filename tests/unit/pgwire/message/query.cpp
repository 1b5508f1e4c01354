#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/query.hpp>
#include <hawser/core/error.hpp>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

TEST_CASE("Query holds the text of the statements and a zero", "[pgwire][message]") {
    output out;
    write_query(out, "select 1");
    CHECK(shown(out) == spelled("Q[0000000d]select 1[00]"));
}

TEST_CASE("Query may be empty", "[pgwire][message]") {
    output out;
    write_query(out, "");
    CHECK(shown(out) == spelled("Q[0000000500]"));
}

TEST_CASE("Query refuses a zero within", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_query(out, std::string_view("a\0b", 3)), hawser::error);
}
