// Units of work whose rows need keys that the server makes.
#include "fixture.hpp"

using namespace market;
using hawser::bind;
using hawser::errc;

namespace {

struct settlement {
    std::int64_t id{};
    std::int64_t trade_id{};
    std::string how{};
};
BOOST_DESCRIBE_STRUCT(settlement, (), (id, trade_id, how))
consteval auto hawser_table(hawser::of<settlement>) {
    return hawser::table<settlement>("settlements", hawser::primary_key<&settlement::id>.generated(),
                                     hawser::references<&settlement::trade_id, trade>);
}

} // namespace

TEST_CASE("keys of rows that were inserted before are filled in on PostgreSQL, one round trip for each level",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        co_await db.create_tables<settlement>();
        position old = make_position("OLD", 1);
        co_await hawser::repository<position>{db}.insert(old);
        hawser::unit_of_work unit{db};
        const auto p = unit.insert(make_position("NEW"));
        const auto t = unit.insert(make_trade(0, "NEW", "10"), bind<&trade::position_id>(p.id()));
        const settlement by_hand{.how = "by hand"};
        const auto s = unit.insert(by_hand, bind<&settlement::trade_id>(t.id()));
        unit.update<position>(col<&position::symbol> == "OLD", hawser::set<&position::quantity>(7));
        unit.expect<position>(col<&position::quantity> == 7, old.id);
        const auto done = co_await unit.commit();
        CHECK(done.round_trips == 3);
        CHECK(done.attempts == 1);
        REQUIRE(done.operations.size() == 5);
        CHECK(done.operations[2].key == s.id().value());
        CHECK(done.operations[3].rows == 1);
        CHECK(t.row().position_id == p.id().value());
        CHECK(s.row().trade_id == t.id().value());
        auto look = fresh.look();
        CHECK(look.text("select p.symbol || t.price || s.how from settlements s join trades t on t.id = "
                        "s.trade_id join positions p on p.id = t.position_id") == "NEW10.00000000by hand");
    });
}

TEST_CASE("inserts of independent rows share the levels of their keys on PostgreSQL", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::unit_of_work unit{db};
        for (const char* symbol : {"A", "B", "C"}) {
            const auto p = unit.insert(make_position(symbol));
            unit.insert(make_trade(0, symbol, "1"), bind<&trade::position_id>(p.id()));
            unit.insert(make_trade(0, symbol, "2"), bind<&trade::position_id>(p.id()));
        }
        const auto done = co_await unit.commit();
        CHECK(done.round_trips == 2);
        auto look = fresh.look();
        CHECK(look.text("select string_agg(t.symbol || price::int, ',' order by t.id) from trades t join "
                        "positions p on p.id = position_id and p.symbol = t.symbol") == "A1,A2,B1,B2,C1,C2");
    });
}

TEST_CASE("a unit with bound keys that fails at any level leaves nothing on PostgreSQL, and may be mended",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        position taken = make_position("TAKEN");
        co_await positions.insert(taken);
        const std::size_t failing = GENERATE(0u, 1u, 2u);
        hawser::unit_of_work unit{db};
        const auto p = unit.insert(make_position(failing == 0 ? "TAKEN" : "NEW"));
        unit.insert(make_trade(0, "NEW", failing == 1 ? "-1" : "1"), bind<&trade::position_id>(p.id()));
        if (failing == 2) unit.expect<position>(col<&position::symbol> == "other", taken.id);
        const auto e = co_await error_of(unit.commit());
        CHECK(e.kind() == (failing == 0   ? errc::unique_violation
                           : failing == 1 ? errc::check_violation
                                          : errc::precondition_failed));
        CHECK(e.info().statement_index == failing);
        CHECK_THROWS_AS(p.id().value(), hawser::error);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions") == 1);
        CHECK(look.integer("select count(*) from trades") == 0);
        CHECK(look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                           "state like 'idle in transaction%'") == 0);
        if (failing != 0) co_return;
        co_await positions.erase(taken.id);
        co_await unit.commit();
        CHECK(look.integer("select count(*) from trades") == 1);
    });
}

TEST_CASE("a unit with bound keys within a transaction on PostgreSQL is undone alone", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        auto body = [](hawser::transaction& tx) -> task<> {
            position before = make_position("BEFORE");
            co_await hawser::repository<position>{tx}.insert(before);
            hawser::unit_of_work good{tx};
            const auto p = good.insert(make_position("GOOD"));
            good.insert(make_trade(0, "GOOD", "1"), bind<&trade::position_id>(p.id()));
            co_await good.commit();
            hawser::unit_of_work bad{tx};
            const auto q = bad.insert(make_position("BAD"));
            bad.insert(make_trade(0, "BAD", "-1"), bind<&trade::position_id>(q.id()));
            const auto e = co_await error_of(bad.commit());
            CHECK(e.kind() == errc::check_violation);
            CHECK(e.info().statement_index == 1);
        };
        co_await db.transaction(body);
        auto look = fresh.look();
        CHECK(look.text("select string_agg(symbol, ',' order by symbol) from positions") == "BEFORE,GOOD");
        CHECK(look.text("select string_agg(symbol, ',') from trades") == "GOOD");
    });
}

TEST_CASE(
    "a body in a unit on PostgreSQL knows the keys of rows before it, and rows behind it are bound to them",
    "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::unit_of_work unit{db};
        const auto p = unit.insert(make_position("P"));
        const auto t = unit.insert(make_trade(0, "T", "1"), bind<&trade::position_id>(p.id()));
        const auto rename = [&](hawser::transaction& tx) -> task<> {
            co_await hawser::repository<trade>{tx}.update(t.id().value(), hawser::set<&trade::symbol>("U"));
        };
        unit.run(rename);
        const auto q = unit.insert(make_position("Q"));
        unit.insert(make_trade(0, "V", "1"), bind<&trade::position_id>(p.id()));
        unit.insert(make_trade(0, "W", "1"), bind<&trade::position_id>(q.id()));
        const auto done = co_await unit.commit();
        CHECK(done.round_trips == 5); // two levels, the body's, two levels
        auto look = fresh.look();
        CHECK(look.text("select string_agg(p.symbol || t.symbol, ',' order by t.id) from trades t join "
                        "positions p on p.id = position_id") == "PU,PV,QW");
    });
}

TEST_CASE("a unit without bound keys is one transaction of one statement batch on PostgreSQL", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        auto look = fresh.look();
        position p = make_position("P");
        co_await hawser::repository<position>{db}.insert(p);
        hawser::unit_of_work unit{db};
        unit.insert(make_position("Q"));
        unit.insert(make_trade(p.id, "P", "1")); // refers to a row by its value
        const auto done = co_await unit.commit();
        CHECK(done.round_trips == 1);
        CHECK(
            look.text("select count(distinct xmin::text) from (select xmin from trades union all select xmin "
                      "from positions where symbol = 'Q') u") == "1");
    });
}
