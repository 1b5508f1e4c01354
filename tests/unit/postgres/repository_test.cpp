#include "fixture.hpp"

using namespace market;
using hawser::errc;

namespace {

const std::vector<std::int64_t> some_numbers{2, 4, 9};

} // namespace

TEST_CASE("a row comes back from PostgreSQL as it was written", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        hawser::repository<trade> trades{db};
        position p = make_position("BTC", 3);
        p.low = hawser::decimal<18, 8>::parse("-0.00000001");
        p.note = "naïve ☃ 'quoted'";
        co_await positions.insert(p);
        CHECK(p.id == 1);
        CHECK(p.row_version == 1);
        trade t = make_trade(p.id, "BTC", "100.00000001", 2);
        t.side = side::sell;
        t.settled = true;
        t.fee = 0.1;
        co_await trades.insert(t);

        const position again = co_await positions.get(p.id);
        CHECK(again.symbol == "BTC");
        CHECK(again.quantity == p.quantity);
        CHECK(again.low == p.low);
        CHECK(again.note == p.note);
        CHECK(again.created_at == p.created_at);
        CHECK(again.row_version == 1);
        const trade same = co_await trades.get(t.id);
        CHECK(same.side == side::sell);
        CHECK(same.price == t.price);
        CHECK(same.executed_at == t.executed_at);
        CHECK(same.settled);
        CHECK(same.fee == t.fee);
        trade bare = make_trade(p.id, "BTC", "1");
        co_await trades.insert(bare);
        const trade without = co_await trades.get(bare.id);
        CHECK(!without.fee);
    });
}

TEST_CASE("rows are found, changed and erased on PostgreSQL", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        for (char symbol = 'A'; symbol <= 'C'; ++symbol) {
            position p = make_position(std::string(1, symbol), 1);
            co_await positions.insert(p);
        }
        const auto missing = co_await positions.find(99);
        CHECK(!missing);
        const auto error = co_await error_of(positions.get(99));
        CHECK(error.kind() == errc::not_found);
        const bool patched = co_await positions.update(2, hawser::set<&position::note>("late"));
        CHECK(patched);
        const bool nobody = co_await positions.update(99, hawser::set<&position::note>("late"));
        CHECK(!nobody);
        const auto late = co_await positions.where(col<&position::note> == "late").one();
        CHECK(late.symbol == "B");
        const auto sorted = co_await positions.order_by(hawser::desc<&position::symbol>).limit(2).all();
        REQUIRE(sorted.size() == 2);
        CHECK(sorted[0].symbol == "C");
        const auto count = co_await positions.count();
        CHECK(count == 3);
        const bool erased = co_await positions.erase(1);
        CHECK(erased);
        const bool again = co_await positions.erase(1);
        CHECK(!again);
    });
}

TEST_CASE("a versioned row that was changed meanwhile is stale on PostgreSQL, and a missing one too",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("BTC", 1);
        co_await positions.insert(p);
        position other = p;
        p.quantity = 2;
        const bool updated = co_await positions.update(p);
        CHECK(updated);
        CHECK(p.row_version == 2);
        std::optional<bool> there;
        try {
            co_await positions.update(other);
        } catch (const hawser::stale_object& e) { there = e.row_exists(); }
        CHECK(there == true);
        co_await positions.erase(p.id);
        there.reset();
        try {
            co_await positions.update(p);
        } catch (const hawser::stale_object& e) { there = e.row_exists(); }
        CHECK(there == false);
    });
}

TEST_CASE("a broken constraint on PostgreSQL is told by its declared name and members", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        hawser::repository<trade> trades{db};
        position p = make_position("BTC", 1);
        co_await positions.insert(p);
        position twin = make_position("BTC", 1);
        const auto unique = co_await error_of(positions.insert(twin));
        CHECK(unique.kind() == errc::unique_violation);
        CHECK(unique.info().constraint == "positions_symbol_uq");
        CHECK(unique.violates<&position::symbol>());
        trade orphan = make_trade(77, "BTC", "1");
        const auto foreign = co_await error_of(trades.insert(orphan));
        CHECK(foreign.kind() == errc::foreign_key_violation);
        CHECK(foreign.violates<&trade::position_id>());
        trade free = make_trade(p.id, "BTC", "0");
        const auto check = co_await error_of(trades.insert(free));
        CHECK(check.kind() == errc::check_violation);
        CHECK(check.info().constraint == "trades_price_positive");
        const auto count = co_await trades.count();
        CHECK(count == 0);
    });
}

TEST_CASE("raw queries give structs, scalars and values of run time on PostgreSQL", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        const auto sum = co_await db.query_one<std::int64_t, "select $1 + 1">(std::int64_t{41});
        CHECK(sum == 42);
        const auto any = co_await db.query(
            hawser::sql("select 1::int2 as a, 'x'::text as b, null::int4 as c, interval '1 mon' as d, "
                        "array[1,2] as e, '(1,\"a b\")'::text as f"));
        REQUIRE(any.size() == 1);
        CHECK(any[0][0].as<std::int64_t>() == 1);
        CHECK(any[0][1].as<std::string>() == "x");
        CHECK(any[0][2].is_null());
        CHECK(any[0][3].to_text() == "1 mon");
        CHECK(any[0][4].to_text() == "{1,2}");
        const auto list =
            co_await db.query<std::int64_t, "select v from generate_series(1, 5) v where v = any($1) "
                                            "order by 1">(some_numbers);
        CHECK(list.size() == 2);
        const auto wrong = co_await error_of(db.query(hawser::sql("select nothing from nowhere")));
        const auto none = co_await error_of(
            db.query_one<std::int64_t, "select v from generate_series(1, 5) v where v = $1">(7));
        CHECK(none.kind() == errc::not_found);
        CHECK(none.info().sql == "select v from generate_series(1, 5) v where v = $1");
        const auto several = co_await error_of(
            db.query_one<std::int64_t, "select v from generate_series(1, 5) v where v > $1">(1));
        CHECK(several.kind() == errc::too_many_rows);
        CHECK(several.info().sql == "select v from generate_series(1, 5) v where v > $1");
        CHECK(wrong.kind() == errc::undefined_object);
        CHECK(wrong.info().sqlstate == "42P01");
        CHECK(wrong.info().position == 20);
    });
}
