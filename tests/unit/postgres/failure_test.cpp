#include "postgres/failure.hpp"
#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <string>
#include <vector>

using hawser::constraint_info;
using hawser::constraint_kind;
using hawser::errc;
using hawser::table_info;
using hawser::pgwire::server_error;
using namespace hawser::postgres;

namespace {

constexpr std::string_view id_columns[] = {"id"};
constexpr std::string_view symbol_columns[] = {"symbol"};
constexpr std::string_view pair_columns[] = {"exchange", "exchange_id"};
constexpr std::string_view price_columns[] = {"price"};
constexpr std::string_view position_columns[] = {"position_id"};

constexpr constraint_info trade_constraints[] = {
    {constraint_kind::primary_key, "trades_pk", id_columns},
    {constraint_kind::unique, "trades_symbol_uq", symbol_columns},
    {constraint_kind::unique, "trades_exchange_uq", pair_columns},
    {constraint_kind::foreign_key, "trades_position_fk", position_columns},
    {constraint_kind::check, "trades_price_positive", price_columns},
    {constraint_kind::key_range, "trades_id_check", id_columns},
};
constexpr table_info trades{"trades", trade_constraints};
constexpr table_info positions{"positions", {}};

constexpr std::string_view insert = "insert into trades (symbol) values ($1)";
constexpr failure_context inserting{.name = "trades.insert", .sql = insert, .table = &trades};

using names = std::vector<std::string>;

server_error said(std::string_view code, std::string_view message) {
    server_error e;
    e.severity = "ERROR";
    e.sqlstate = code;
    e.message = message;
    return e;
}
server_error violation(std::string_view code, std::string_view table, std::string_view constraint,
                       std::string_view detail = {}) {
    server_error e = said(code, "violated; SECRET");
    e.schema = "public";
    e.table = table;
    e.constraint = constraint;
    e.detail = detail;
    return e;
}

template <class Error = hawser::error>
Error thrown(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& e) { return e; }
}
template <class Error = hawser::error>
Error told(const server_error& e, const failure_context& context = inserting) {
    return thrown<Error>(failure_of(e, context));
}

} // namespace

TEST_CASE("a unique violation is told by constraint, table and columns", "[postgres]") {
    const auto e = told<hawser::constraint_error>(
        violation("23505", "trades", "trades_symbol_uq", "Key (symbol)=(SECRET) already exists."));
    CHECK(e.kind() == errc::unique_violation);
    CHECK(e.id() == "DB_CON_001");
    CHECK(e.info().sqlstate == "23505");
    CHECK(e.info().native_code == 0);
    CHECK(e.info().constraint == "trades_symbol_uq");
    CHECK(e.info().table == "trades");
    CHECK(e.info().columns == names{"symbol"});
    CHECK(e.info().statement_name == "trades.insert");
    CHECK(e.info().sql == insert);
    CHECK(e.message() == "trades_symbol_uq (symbol) in trades.insert (postgres 23505)");
    CHECK_FALSE(e.may_have_executed());
}

TEST_CASE("a violated constraint of several columns is made of all of them, in its order", "[postgres]") {
    const auto e = told(violation("23505", "trades", "trades_exchange_uq"));
    CHECK(e.info().columns == names{"exchange", "exchange_id"});
    constexpr std::string_view any_order[] = {"exchange_id", "exchange"};
    CHECK(e.violates_columns(any_order));
}

TEST_CASE("a constraint that PostgreSQL named has its declared name", "[postgres]") {
    CHECK(told(violation("23505", "trades", "trades_pkey")).info().constraint == "trades_pk");
    const auto e = told(violation("23503", "trades", "trades_position_id_fkey",
                                  "Key (position_id)=(99) is not present in table \"positions\"."));
    CHECK(e.kind() == errc::foreign_key_violation);
    CHECK(e.info().constraint == "trades_position_fk");
    CHECK(e.info().columns == names{"position_id"});
}

TEST_CASE("an index over an expression is told by its name alone", "[postgres]") {
    const auto e =
        told(violation("23505", "trades", "trades_lower", "Key (lower(symbol))=(SECRET) already exists."));
    CHECK(e.info().constraint == "trades_lower");
    CHECK(e.info().columns.empty());
    CHECK(e.message() == "trades_lower in trades.insert (postgres 23505)");
}

TEST_CASE("a table that is not described is told with what the server knows", "[postgres]") {
    const auto e = told(violation("23505", "log", "log_key", "Key (a, b)=(1, 2) already exists."),
                        {.name = "sql", .sql = "insert into log values (1, 2)"});
    CHECK(e.info().table == "log");
    CHECK(e.info().constraint == "log_key");
    CHECK(e.info().columns == names{"a", "b"});
}

TEST_CASE("a trigger's own table is told, and not the statement's", "[postgres]") {
    const auto e = told(violation("23514", "audit", "trades_price_positive"));
    CHECK(e.info().table == "audit");
    CHECK(e.info().constraint == "trades_price_positive");
    CHECK(e.info().columns.empty());
}

TEST_CASE("a row that is still referenced names the constraint that keeps it", "[postgres]") {
    const auto e = told(violation("23503", "trades", "trades_position_id_fkey",
                                  "Key (id)=(1) is still referenced from table \"trades\"."),
                        {.name = "positions.erase", .sql = "delete from positions", .table = &positions});
    CHECK(e.kind() == errc::foreign_key_violation);
    CHECK(e.info().table == "trades");
    CHECK(e.info().constraint == "trades_position_id_fkey");
    CHECK(e.info().columns.empty());
}

TEST_CASE("a missing value is told with its column", "[postgres]") {
    auto s =
        said("23502", "null value in column \"symbol\" of relation \"trades\" violates not-null constraint");
    s.schema = "public";
    s.table = "trades";
    s.column = "symbol";
    s.detail = "Failing row contains (1, null, SECRET).";
    const auto e = told(s);
    CHECK(e.kind() == errc::not_null_violation);
    CHECK(e.info().table == "trades");
    CHECK(e.info().columns == names{"symbol"});
    CHECK(e.info().constraint.empty());
    CHECK(e.message() == "trades (symbol) in trades.insert (postgres 23502)");
}

TEST_CASE("a check is told by name, and with the columns that it was declared for", "[postgres]") {
    const auto e = told(violation("23514", "trades", "trades_price_positive"));
    CHECK(e.kind() == errc::check_violation);
    CHECK(e.info().constraint == "trades_price_positive");
    CHECK(e.info().columns == names{"price"});
}

TEST_CASE("a key that has no place in its member is out of range", "[postgres]") {
    const auto e = told(violation("23514", "trades", "trades_id_check"));
    CHECK(e.kind() == errc::out_of_range);
    CHECK(e.info().constraint == "trades_id_check");
    CHECK(e.info().columns == names{"id"});
}

TEST_CASE("a check of a domain is told by its name", "[postgres]") {
    auto s = said("23514", "value for domain price violates check constraint \"price_check\"");
    s.schema = "public";
    s.data_type = "price";
    s.constraint = "price_check";
    const auto e = told(s);
    CHECK(e.info().constraint == "price_check");
    CHECK(e.info().table.empty());
    CHECK(e.message() == "price_check in trades.insert (postgres 23514)");
}

TEST_CASE("an exclusion constraint is told with its columns", "[postgres]") {
    const auto e = told(violation(
        "23P01", "trades", "trades_no_overlap",
        "Key (symbol, during)=(A, [1,2)) conflicts with existing key (symbol, during)=(A, [0,3))."));
    CHECK(e.kind() == errc::exclusion_violation);
    CHECK(e.info().constraint == "trades_no_overlap");
    CHECK(e.info().columns == names{"symbol", "during"});
}

TEST_CASE("bad SQL is told with text and place, in bytes from 0", "[postgres]") {
    const auto at = [](std::string_view sql, std::uint32_t position) {
        auto s = said("42601", "syntax error at or near \"x\"");
        s.position = position;
        return told(s, {.name = "sql", .sql = sql}).info().position;
    };
    CHECK(at("select x", 8) == 7);
    CHECK(at("select 'gr\xc3\xb6\xc3\x9f"
             "er' x",
             18) == 19);
    CHECK(at("select '\xf0\x9f\x98\x80' x", 12) == 14);
    CHECK(at("select", 1) == 0);
    CHECK(at("select", 7) == 6); // at the end of the text
    CHECK_FALSE(at("select", 8));
    CHECK_FALSE(at("select", 4'000'000'000u));
    CHECK_FALSE(at("select", 0));
    CHECK_FALSE(at("", 2));
}

TEST_CASE("a place in another text than the statement's is left out", "[postgres]") {
    auto s = said("42601", "syntax error at or near \"SECRET\"");
    s.internal_position = 3;
    s.internal_query = "select SECRET";
    s.where = "PL/pgSQL function f() line 1 at EXECUTE";
    const auto e = told(s);
    CHECK_FALSE(e.info().position);
    CHECK(e.kind() == errc::syntax_error);
    CHECK(e.message() == "syntax error in trades.insert (postgres 42601)");
}

TEST_CASE("which request of a batch has failed is told", "[postgres]") {
    failure_context third = inserting;
    third.index = 2;
    CHECK(told(said("22003", "integer out of range"), third).info().statement_index == 2);
    CHECK_FALSE(told(said("22003", "integer out of range")).info().statement_index);
}

TEST_CASE("no value of a row or an argument is in a message, nor anything of the detail", "[postgres]") {
    for (const char* code :
         {"22P02", "22003", "22001", "22007", "22012", "22023", "23502", "23503", "23505", "23514", "23P01",
          "42601", "0A000", "54000", "58P01", "P0001", "XX000", "U0001"}) {
        auto s = violation(code, "trades", "", "Key (symbol)=(SECRET) SECRET");
        s.message = code[0] == '2' && code[1] == '3' ? "names alone" : "value \"SECRET\" is not right";
        s.hint = "SECRET";
        INFO(code);
        CHECK_THAT(std::string(told(s).what()), !support::contains_text("SECRET"));
    }
}

TEST_CASE("the server's own words are told where that is asked for", "[postgres]") {
    failure_context all = inserting;
    all.tell_all = true;
    auto s = said("P0001", "no more than 7 positions");
    s.where = "PL/pgSQL function f() line 3 at RAISE";
    CHECK(told(s, all).message() == "no more than 7 positions in trades.insert (postgres P0001)");
    CHECK(told(s).message() == "refused by a function or a trigger in trades.insert (postgres P0001)");
    CHECK(told(s).kind() == errc::check_violation);
}

TEST_CASE("a statement that was stopped says whose doing it was", "[postgres]") {
    const auto stopped = said("57014", "canceling statement due to user request");
    const auto limited = said("57014", "canceling statement due to statement timeout");
    failure_context asked = inserting;
    asked.cancelled = true;
    CHECK(told(stopped, asked).kind() == errc::cancelled);
    CHECK(told(stopped, asked).message() ==
          "cancelled while it was running in trades.insert (postgres 57014)");
    asked.expired = true;
    CHECK(told(stopped, asked).kind() == errc::statement_timeout);
    CHECK(told(stopped, asked).message() ==
          "the deadline passed while the statement ran in trades.insert (postgres 57014)");
    CHECK(told(stopped).kind() == errc::cancelled); // by an administrator
    CHECK(told(limited).kind() == errc::statement_timeout);
    CHECK(told(stopped).message() ==
          "canceling statement due to user request in trades.insert (postgres 57014)");
}

TEST_CASE("what ends the session is a lost connection", "[postgres]") {
    for (const char* severity : {"FATAL", "PANIC"})
        for (const char* code : {"57P01", "57P02", "25P03", "53200", "XX000", "42601", "57014"}) {
            auto s = said(code, "terminating connection");
            s.severity = severity;
            CHECK(told<hawser::connection_error>(s).kind() == errc::connection_lost);
        }
}

TEST_CASE("a connection that cannot be made tells why in the server's words", "[postgres]") {
    constexpr failure_context starting{.starting = true};
    auto s = said("3D000", "database \"nope\" does not exist");
    s.severity = "FATAL";
    CHECK(told(s, starting).kind() == errc::connect_failed);
    CHECK(told(s, starting).message() == "database \"nope\" does not exist (postgres 3D000)");
    s.sqlstate = "28P01";
    CHECK(told<hawser::security_error>(s, starting).id() == "DB_SEC_001");
    s.sqlstate = "53300";
    CHECK(told(s, starting).id() == "DB_PERF_002");
    auto setting = said("22023", "invalid value for parameter \"app.token\": \"SECRET\"");
    setting.severity = "FATAL";
    CHECK(told(setting, starting).message() == "invalid parameter value (postgres 22023)");
}

TEST_CASE("contention may be tried again, all else may not", "[postgres]") {
    for (const char* code : {"40001", "40P01", "55P03", "55006"}) CHECK(told(said(code, "x")).retryable());
    for (const char* code : {"23505", "57014", "25P02", "53300", "XX000"})
        CHECK_FALSE(told(said(code, "x")).retryable());
}

TEST_CASE("a row that was to be there is missed in the words of its verb", "[postgres]") {
    CHECK(is_unmet_expectation(said("22012", "division by zero")));
    CHECK_FALSE(is_unmet_expectation(said("22003", "integer out of range")));
    auto other = said("22012", "division by zero");
    other.routine = "int8div"; // of an expression in the statement
    CHECK_FALSE(is_unmet_expectation(other));
    other.routine = "int48div";
    CHECK(is_unmet_expectation(other));
    other.severity = "FATAL";
    CHECK_FALSE(is_unmet_expectation(other));
    failure_context guard{
        .name = "positions.expect", .sql = "select 1/count(*)", .table = &positions, .index = 1};
    const auto unmet = thrown<hawser::transaction_error>(unmet_expectation(errc::precondition_failed, guard));
    CHECK(unmet.message() == "the expected condition does not hold in positions.expect");
    CHECK(unmet.info().statement_index == 1);
    CHECK(unmet.info().table == "positions");
    CHECK(unmet.info().sqlstate.empty());
    const auto stale = thrown<hawser::stale_object>(unmet_expectation(errc::stale_object, inserting, true));
    CHECK(stale.message() == "the row was changed or erased since it was read in trades.insert");
    CHECK(stale.row_exists() == true);
    CHECK_FALSE(thrown<hawser::stale_object>(unmet_expectation(errc::stale_object, inserting)).row_exists());
    const auto missing = thrown<hawser::not_found>(unmet_expectation(errc::not_found, inserting));
    CHECK(missing.message() == "no such row in trades.insert");
}

TEST_CASE("a division by zero that nobody expected is out of range", "[postgres]") {
    CHECK(told(said("22012", "division by zero")).kind() == errc::out_of_range);
}

TEST_CASE("only what says so outdates a prepared statement", "[postgres]") {
    auto plan = said("0A000", "cached plan must not change result type");
    CHECK_FALSE(outdates_statement(plan)); // another feature that is not supported
    plan.routine = "RevalidateCachedQuery";
    CHECK(outdates_statement(plan));
    CHECK(has_new_result_columns(plan));
    CHECK(outdates_statement(said("26000", "prepared statement \"s1\" does not exist")));
    CHECK_FALSE(has_new_result_columns(said("26000", "")));
    CHECK(outdates_statement(said("42P05", "prepared statement \"s1\" already exists")));
    for (const char* code : {"23505", "22P02", "42601", "40001", "25P02"})
        CHECK_FALSE(outdates_statement(said(code, "x")));
}

TEST_CASE("a lost answer says whether the work may be stored", "[postgres]") {
    const auto lost = [](lost_work what) {
        return thrown(lost_answer(what, "the server closed the connection", inserting));
    };
    for (const lost_work what : {lost_work::unsent, lost_work::read, lost_work::transaction}) {
        CHECK(lost(what).kind() == errc::connection_lost);
        CHECK_FALSE(lost(what).may_have_executed());
    }
    for (const lost_work what : {lost_work::write, lost_work::commit}) {
        CHECK(lost(what).kind() == errc::commit_unknown);
        CHECK(lost(what).may_have_executed());
        CHECK(thrown<hawser::commit_unknown>(lost_answer(what, "x", inserting)).info().may_have_executed);
    }
    CHECK(lost(lost_work::write).message() ==
          "the server closed the connection before the answer: the work is stored whole or not at all in "
          "trades.insert");
    CHECK(lost(lost_work::unsent).info().sql == insert);
}
