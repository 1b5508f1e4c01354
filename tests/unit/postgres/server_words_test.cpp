#include "postgres/server_words.hpp"
#include "support/catch.hpp"

using hawser::pgwire::server_error;
using hawser::postgres::tells_no_value;
using hawser::postgres::told;

namespace {

constexpr std::string_view query = "select * from trades where id = $1";

server_error said(std::string_view code, std::string_view message, std::uint32_t position = 0) {
    server_error e;
    e.severity = "ERROR";
    e.sqlstate = code;
    e.message = message;
    e.position = position;
    return e;
}

} // namespace

TEST_CASE("what points into the text of the statement is told", "[postgres]") {
    CHECK(told(said("42601", "syntax error at or near \"form\"", 10), "select * form trades") ==
          "syntax error at or near \"form\"");
    CHECK(told(said("42P01", "relation \"tradez\" does not exist", 15), "select * from tradez") ==
          "relation \"tradez\" does not exist");
    CHECK(told(said("22P02", "invalid input syntax for type integer: \"x\"", 8), "select 'x'::int") ==
          "invalid input syntax for type integer: \"x\"");
}

TEST_CASE("what may repeat a value is the name of its condition", "[postgres]") {
    CHECK(told(said("22P02", "invalid input syntax for type integer: \"SECRET\""), query) ==
          "invalid text representation");
    CHECK(told(said("22003", "value \"SECRET\" is out of range for type integer"), query) ==
          "numeric value out of range");
    CHECK(told(said("22001", "value too long for type character varying(5)"), query) ==
          "string data right truncation");
    CHECK(told(said("22023", "unit \"SECRET\" not recognized for type timestamp"), query) ==
          "invalid parameter value");
    CHECK(told(said("42601", "syntax error in tsquery: \"SECRET &\""), query) == "syntax error");
    CHECK(told(said("42P01", "relation \"SECRET\" does not exist"), query) ==
          "undefined table"); // $1::regclass
    CHECK(told(said("42704", "unrecognized configuration parameter \"SECRET\""), query) ==
          "undefined object");
    CHECK(told(said("0A000", "unit \"SECRET\" not supported for type interval"), query) ==
          "feature not supported");
    CHECK(told(said("54000", "word is too long in tsquery: \"SECRET\""), query) == "program limit exceeded");
    CHECK(told(said("55P04", "unsafe use of new value \"SECRET\" of enum type side"), query) ==
          "unsafe new enum value usage");
    CHECK(told(said("58P01", "could not open file \"SECRET\": No such file or directory"), query) ==
          "undefined file");
    CHECK(told(said("XX000", "SECRET"), query) == "internal error");
}

TEST_CASE("nothing that a function or a trigger says is told", "[postgres]") {
    auto raised = said("P0001", "no more SECRET", 0);
    raised.where = "PL/pgSQL function f() line 3 at RAISE";
    CHECK(told(raised, query) == "refused by a function or a trigger");
    raised.sqlstate = "23505"; // RAISE gives any code
    CHECK(told(raised, query) == "unique violation");
    raised.sqlstate = "U0001";
    CHECK(told(raised, query) == "the server refused it");
    raised.sqlstate = "42601";
    raised.position = 7;
    CHECK(told(raised, query) == "syntax error");
    auto dynamic = said("42601", "syntax error at or near \"SECRET\"");
    dynamic.internal_query = "select SECRET";
    dynamic.internal_position = 8;
    CHECK(told(dynamic, query) == "syntax error");
}

TEST_CASE("messages with names alone are told", "[postgres]") {
    for (const auto& e :
         {said("08P01", "bind message supplies 1 parameters, but prepared statement \"\" requires 2"),
          said("25006", "cannot execute INSERT in a read-only transaction"),
          said("26000", "prepared statement \"s1\" does not exist"),
          said("28P01", "password authentication failed for user \"trader\""),
          said("40001", "could not serialize access due to concurrent update"),
          said("40P01", "deadlock detected"), said("42501", "permission denied for table trades"),
          said("53300", "sorry, too many clients already"),
          said("55P03", "could not obtain lock on row in relation \"trades\""),
          said("57P01", "terminating connection due to administrator command"),
          said("23514", "no partition of relation \"bars\" found for row")})
        CHECK(told(e, query) == e.message);
}

TEST_CASE("of commands, which take no values, names are told without a place as well", "[postgres]") {
    const auto missing = said("42P01", "relation \"nope\" does not exist");
    CHECK(tells_no_value(missing, "drop table nope"));
    CHECK(tells_no_value(missing, "  -- made by hand\n CREATE INDEX on nope (a)"));
    CHECK(
        tells_no_value(said("42P07", "relation \"trades\" already exists"), "create table trades (id int)"));
    CHECK(tells_no_value(said("0A000", "cannot alter type of a column used by a view"),
                         "alter table trades alter id type text"));
    CHECK_FALSE(tells_no_value(missing, "create table t as select $1::regclass"));
    CHECK_FALSE(tells_no_value(missing, "alter table t alter c type regclass using n::regclass"));
    CHECK_FALSE(tells_no_value(missing, "insert into t select n::regclass from names"));
    CHECK_FALSE(tells_no_value(missing, "copy t from stdin"));
    CHECK_FALSE(tells_no_value(missing, "call f($1)"));
    CHECK_FALSE(tells_no_value(missing, ""));
    CHECK_FALSE(tells_no_value(missing, "  -- nothing"));
    CHECK_FALSE(tells_no_value(said("22P02", "invalid input syntax for type integer: \"SECRET\""),
                               "alter table t alter c type int"));
}

TEST_CASE("a statement whose result has other columns is told in words of our own", "[postgres]") {
    auto e = said("0A000", "Plan im Zwischenspeicher darf Ergebnistyp nicht \xc3\xa4ndern");
    e.routine = "RevalidateCachedQuery";
    CHECK(told(e, query) == "the columns of the statement's result have changed");
}

TEST_CASE("a code that nobody knows, and an empty message, have words too", "[postgres]") {
    CHECK(told(said("ZZ123", "SECRET"), query) == "the server refused it");
    CHECK(told(said("", ""), query) == "the server refused it");
    CHECK(told(said("42601", "", 3), query) == "syntax error");
}
