#include "postgres/copied_table.hpp"
#include "pgwire/copy_rows.hpp"
#include "support/catch.hpp"
#include "support/wire_bytes.hpp"

using hawser::pgwire::server_error;
using namespace hawser::postgres;

namespace {

std::optional<copied_place> place(std::string_view where, std::string_view table = "trades") {
    server_error e;
    e.where = where;
    return place_of(e, table);
}

} // namespace

TEST_CASE("a table that is copied into is asked for its columns", "[postgres][copy]") {
    CHECK(columns_query(R"(copy "trades" ("id", "note") from stdin (format binary))") ==
          R"(select "id", "note" from "trades")");
    CHECK(
        columns_query(
            R"(copy "desk"."odd (""t"") from stdin" ("a (", "b) from stdin") from stdin (format binary))") ==
        R"(select "a (", "b) from stdin" from "desk"."odd (""t"") from stdin")");
}

TEST_CASE("the row that COPY has failed at is read from the context of its failure", "[postgres][copy]") {
    const auto both = place("COPY trades, line 3, column price");
    REQUIRE(both);
    CHECK(both->line == 3);
    CHECK(both->column == "price");
    const auto row = place("COPY trades, line 12");
    REQUIRE(row);
    CHECK(row->line == 12);
    CHECK(row->column.empty());
    const auto value = place("COPY trades, Zeile 4, Spalte symbol: \"SECRET 5\"");
    REQUIRE(value);
    CHECK(value->line == 4);
    CHECK(value->column == "symbol");
    const auto within = place("PL/pgSQL function f() line 7 at RAISE\nCOPY teams, line 2", "quantum.teams");
    REQUIRE(within);
    CHECK(within->line == 2);
}

TEST_CASE("a context that names no row of the table is left alone", "[postgres][copy]") {
    CHECK_FALSE(place(""));
    CHECK_FALSE(place("PL/pgSQL function f() line 7 at RAISE"));
    CHECK_FALSE(place("COPY trades_old, line 3"));
    CHECK_FALSE(place("COPY trades"));
    CHECK_FALSE(place("COPY trades, line"));
    CHECK_FALSE(place("COPY trades, line 0"));
    CHECK_FALSE(place("COPY trades, line 99999999999999999999999"));
}

TEST_CASE("rows are copied between a signature and an end", "[postgres][copy]") {
    hawser::pgwire::output out;
    write_copy_header(out);
    write_copy_trailer(out);
    CHECK(support::shown(out) == support::spelled("PGCOPY[0a ff 0d 0a 00 00000000 00000000 ffff]"));
}
