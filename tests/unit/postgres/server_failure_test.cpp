// What a real server complains of, as it is told.
#include "pgwire/server_error.hpp"
#include "postgres/constraint.hpp"
#include "postgres/failure.hpp"
#include "support/catch.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include <boost/describe.hpp>
#include <cstdint>
#include <hawser/core/error.hpp>
#include <hawser/mapping/ddl.hpp>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/violates.hpp>
#include <optional>
#include <string>
#include <vector>

using hawser::errc;
using hawser::postgres::failure_context;
using support::fresh_database;
using support::raw_postgres;
namespace pg = support::pg;

namespace seen {

struct position {
    std::uint16_t id{};
    std::string symbol;
};
BOOST_DESCRIBE_STRUCT(position, (), (id, symbol))
consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>("positions", hawser::primary_key<&position::id>.generated(),
                                   hawser::unique<&position::symbol>);
}

struct trade {
    std::int64_t id{};
    std::uint16_t position_id{};
    std::string exchange, exchange_id;
    std::int64_t price{};
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, position_id, exchange, exchange_id, price, note))
consteval auto hawser_table(hawser::of<trade>) {
    return hawser::table<trade>(
        "trades", hawser::primary_key<&trade::id>, hawser::references<&trade::position_id, position>,
        hawser::unique<&trade::exchange, &trade::exchange_id>.named("trades_exchange_uq"),
        hawser::check("trades_price_positive", hawser::col<&trade::price> > 0));
}

} // namespace seen

namespace {

using names = std::vector<std::string>;
using seen::position;
using seen::trade;

// Owns the bytes that a server_error looks into.
struct complaint {
    std::string body;
    hawser::pgwire::server_error error;

    explicit complaint(const std::vector<support::postgres_message>& answer) {
        for (const auto& m : answer)
            if (m.type == 'E') body = m.body;
        REQUIRE_FALSE(body.empty());
        REQUIRE(hawser::pgwire::read(body, error));
    }
    complaint(const complaint&) = delete;
    complaint& operator=(const complaint&) = delete;
};

hawser::error told(const hawser::pgwire::server_error& e, const failure_context& context) {
    try {
        std::rethrow_exception(failure_of(e, context));
    } catch (const hawser::error& failure) { return failure; }
}

class desk {
public:
    desk() : at_(db_.look()) {
        at_.exec(std::string(hawser::create_postgres<position>));
        at_.exec(std::string(hawser::create_postgres<trade>));
        at_.exec("insert into positions (id, symbol) values (1, 'BTC'); "
                 "insert into trades values (1, 1, 'X', '1', 5, null)");
    }
    raw_postgres& server() { return at_; }

    // Parsed, bound with texts, executed.
    hawser::error error(const std::string& sql, const pg::values& values = {},
                        const hawser::table_info* table = &hawser::detail::table_of<trade>) {
        at_.send(pg::parse("", sql) + pg::bind("", "", values, {0}) + pg::execute() + pg::sync());
        const complaint c(at_.until_ready());
        auto e = told(c.error, {.name = "test", .sql = sql, .table = table});
        CHECK(std::string(e.what()).find("SECRET") == std::string::npos);
        CHECK(std::string(e.what()).find("secret") == std::string::npos);
        return e;
    }

private:
    fresh_database db_;
    raw_postgres at_;
};

} // namespace

TEST_CASE("a violated constraint of a described table is asked for by its members", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    const auto unique = d.error("insert into trades values (2, 1, 'X', '1', 5, 'SECRET')");
    CHECK(unique.kind() == errc::unique_violation);
    CHECK(unique.violates<&trade::exchange_id, &trade::exchange>());
    CHECK_FALSE(unique.violates<&trade::exchange>());
    CHECK(unique.info().constraint == "trades_exchange_uq");
    CHECK(unique.message() == "trades_exchange_uq (exchange, exchange_id) in test (postgres 23505)");
    const auto key = d.error("insert into trades values (1, 1, 'Y', '1', 5, null)");
    CHECK(key.violates<&trade::id>());
    const auto reference = d.error("insert into trades values (2, 99, 'Y', '1', 5, null)");
    CHECK(reference.kind() == errc::foreign_key_violation);
    CHECK(reference.violates<&trade::position_id>());
    const auto check = d.error("insert into trades values (2, 1, 'Y', '1', 0, 'SECRET')");
    CHECK(check.kind() == errc::check_violation);
    CHECK(check.violates<&trade::price>());
    CHECK(check.info().constraint == "trades_price_positive");
    const auto missing = d.error("insert into trades values (2, 1, null, '1', 1, 'SECRET')");
    CHECK(missing.kind() == errc::not_null_violation);
    CHECK(missing.violates<&trade::exchange>());
    CHECK(missing.message() == "trades (exchange) in test (postgres 23502)");
}

TEST_CASE("tables that were made by others have their constraints' declared names", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    d.server().exec("drop table trades; create table trades (id bigint primary key, position_id bigint "
                    "references positions, "
                    "exchange text not null, exchange_id text, price bigint check (price > 0), note text, "
                    "unique (exchange, exchange_id)); insert into trades values (1, 1, 'X', '1', 5, null)");
    const auto unique = d.error("insert into trades values (2, 1, 'X', '1', 5, null)");
    CHECK(unique.info().constraint == "trades_exchange_uq");
    CHECK(unique.violates<&trade::exchange_id, &trade::exchange>());
    CHECK(d.error("insert into trades values (1, 1, 'Y', '1', 5, null)").violates<&trade::id>());
    CHECK(d.error("insert into trades values (2, 9, 'Y', '1', 5, null)").violates<&trade::position_id>());
    const auto check = d.error("insert into trades values (2, 1, 'Y', '1', 0, null)");
    CHECK(check.info().constraint == "trades_price_positive");
    d.server().exec("alter table trades rename constraint trades_exchange_exchange_id_key to something_else");
    CHECK(d.error("insert into trades values (2, 1, 'X', '1', 5, null)").info().constraint ==
          "trades_exchange_uq");
}

TEST_CASE("a generated key beyond its member is out of range, and a position that is needed stays",
          "[postgres]") {
    NEED_POSTGRES();
    desk d;
    const auto* const positions = &hawser::detail::table_of<position>;
    d.server().exec("alter table positions alter id restart with 65536");
    const auto range = d.error("insert into positions (symbol) values ('ETH')", {}, positions);
    CHECK(range.kind() == errc::out_of_range);
    CHECK(range.violates<&position::id>());
    const auto needed = d.error("delete from positions where id = 1", {}, positions);
    CHECK(needed.kind() == errc::foreign_key_violation);
    CHECK(needed.info().table == "trades");
    CHECK(needed.info().constraint == "trades_position_id_fkey");
    const auto symbol = d.error("insert into positions (id, symbol) values (7, 'BTC')", {}, positions);
    CHECK(symbol.violates<&position::symbol>());
}

TEST_CASE("no value that was bound is in what is told", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    CHECK(d.error("select $1::int", {"SECRET"}).kind() == errc::type_mismatch);
    CHECK(d.error("select $1::text::int", {"SECRET"}).kind() == errc::type_mismatch);
    CHECK(d.error("select $1::text::date", {"SECRET"}).kind() == errc::type_mismatch);
    CHECK(d.error("select $1::text::json", {"{SECRET"}).kind() == errc::type_mismatch);
    CHECK(d.error("select $1::text::regclass", {"SECRET"}).kind() == errc::undefined_object);
    CHECK(d.error("select $1::text::regtype", {"SECRET"}).kind() == errc::undefined_object);
    CHECK(d.error("select to_tsquery($1)", {"SECRET SECRET"}).kind() == errc::syntax_error);
    CHECK(d.error("select date_trunc($1, now())", {"SECRET"}).kind() == errc::out_of_range);
    CHECK(d.error("select set_config($1, 'x', false)", {"SECRET"}).kind() == errc::undefined_object);
    CHECK(d.error("select set_config('work_mem', $1, false)", {"SECRET"}).kind() == errc::out_of_range);
    CHECK(d.error("select 'x' ~ $1", {"SECRET("}).kind() == errc::type_mismatch);
    CHECK(d.error("select convert_from('x', $1)", {"SECRET"}).kind() == errc::out_of_range);
    CHECK(d.error("select pg_catalog.nextval($1::text::regclass)", {"SECRET"}).kind() ==
          errc::undefined_object);
    CHECK(d.error("select $1::text::numeric(3)", {"123456"}).kind() == errc::out_of_range);
    CHECK(d.error("update trades set price = $1::text::bigint", {"99999999999999999999"}).kind() ==
          errc::out_of_range);
    CHECK(d.error("select note::int from (select $1::text as note) t", {"SECRET"}).kind() ==
          errc::type_mismatch);
}

TEST_CASE("nothing of a function or a trigger is told", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    d.server().exec(
        "create function f(t text) returns int language plpgsql as $$ begin execute t; return 1; end $$; "
        "create function g(t text) returns int language sql as 'select t::int'; "
        "create function h() returns trigger language plpgsql as "
        "$$ begin raise 'no more %', new.symbol; end $$; "
        "create trigger h before insert on positions for each row execute function h()");
    CHECK(d.error("select f($1)", {"SECRET"}).kind() == errc::syntax_error);
    CHECK(d.error("select f($1)", {"select 'SECRET'::int"}).kind() == errc::type_mismatch);
    CHECK(d.error("select f($1)", {"select * from SECRET"}).kind() == errc::undefined_object);
    CHECK(d.error("select g($1)", {"SECRET"}).kind() == errc::type_mismatch);
    const auto raised = d.error("insert into positions (id, symbol) values (9, $1)", {"SECRET"});
    CHECK(raised.kind() == errc::check_violation);
    CHECK(raised.message() == "refused by a function or a trigger in test (postgres P0001)");
}

TEST_CASE("an expectation that is not met is told from another division by zero", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    const auto unmet = [&](const std::string& sql) {
        d.server().send(pg::parse("", sql) + pg::bind("", "", {}) + pg::execute() + pg::sync());
        const complaint c(d.server().until_ready());
        CHECK(c.error.sqlstate == "22012");
        return hawser::postgres::is_unmet_expectation(c.error);
    };
    CHECK(unmet("select 1/count(*) from (select 1 from trades where id = 9 for update) g"));
    CHECK(unmet("with u as (update trades set price = 7 where id = 9 returning id) select max(id), "
                "1/count(*) from u"));
    CHECK_FALSE(unmet("with u as (update trades set price = price / 0 where id = 1 returning id) "
                      "select max(id), 1/count(*) from u"));
    CHECK_FALSE(unmet("select 1/count(*) from (select 1 from trades where price / (id - 1) > 0) g"));
    CHECK_FALSE(unmet("select 1/count(*) from (select 1 from trades where 1.5 / (id - 1) > 0) g"));
}

TEST_CASE("what is wrong with the text is told with its place", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    const auto syntax = d.error("selec 1");
    CHECK(syntax.kind() == errc::syntax_error);
    CHECK(syntax.info().position == 0);
    CHECK(syntax.message() == "syntax error at or near \"selec\" in test (postgres 42601)");
    const std::string sql = "select 'gr\xc3\xb6\xc3\x9f"
                            "er', nope from trades";
    const auto column = d.error(sql);
    CHECK(column.kind() == errc::undefined_object);
    CHECK(column.info().position == sql.find("nope"));
}

TEST_CASE("locks, cancellations and read-only transactions have their kinds", "[postgres]") {
    NEED_POSTGRES();
    desk d;
    d.server().exec("set statement_timeout = '20ms'");
    CHECK(d.error("select pg_sleep(10)").kind() == errc::statement_timeout);
    d.server().exec("set statement_timeout = 0; begin read only");
    CHECK(d.error("delete from trades").kind() == errc::read_only);
    CHECK(d.error("select 1").info().sqlstate == "25P02");
    d.server().exec("rollback");
    CHECK(d.error("drop table nope").kind() == errc::undefined_object);
    CHECK(d.error("drop table nope").message() == "table \"nope\" does not exist in test (postgres 42P01)");
    CHECK(d.error("create table trades (id int)").kind() == errc::syntax_error);
    CHECK(d.error("select 1/0").kind() == errc::out_of_range);
}
