#include "on_each_market.hpp"

using namespace market;
using hawser::asc;
using hawser::errc;
using price = hawser::decimal<18, 8>;

namespace {

// Trades of A (1, 2, 3) and of B (4, 5); B's have a fee.
task<> fill(hawser::database db) {
    hawser::repository<position> positions{db};
    position p = make_position("P");
    co_await positions.insert(p);
    std::vector<trade> rows;
    for (int i = 1; i <= 5; ++i) {
        rows.push_back(make_trade(p.id, i <= 3 ? "A" : "B", std::to_string(i).c_str(), i));
        if (i > 3) rows.back().fee = i;
    }
    hawser::repository<trade> trades{db};
    co_await trades.bulk_insert(rows);
}

} // namespace

TEST_CASE("pluck gives one member of each row, of the member's own type", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const std::vector<price> prices = co_await trades.where(col<&trade::symbol> == "A")
                                              .order_by(hawser::desc<&trade::price>)
                                              .limit(2)
                                              .pluck<&trade::price>();
        CHECK(prices == std::vector<price>{3, 2});
        const std::vector<std::optional<double>> fees =
            co_await trades.order_by(asc<&trade::id>).pluck<&trade::fee>();
        CHECK(fees == std::vector<std::optional<double>>{{}, {}, {}, 4.0, 5.0});
        const auto ids = co_await trades.pluck<&trade::id>();
        CHECK(ids.size() == 5);
    });
}

TEST_CASE("distinct gives equal values once", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto symbols = co_await trades.distinct().order_by(asc<&trade::symbol>).pluck<&trade::symbol>();
        CHECK(symbols == std::vector<std::string>{"A", "B"});
    });
}

TEST_CASE("returning gives the rows as update stored them", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto changed = co_await trades.where(col<&trade::symbol> == "B")
                                 .returning()
                                 .update(hawser::set<&trade::price>(col<&trade::price> + 10));
        REQUIRE(changed.size() == 2);
        const auto stored = co_await trades.where(col<&trade::price> > 10).count();
        CHECK(stored == 2);
        for (const trade& t : changed) {
            CHECK(t.price == t.quantity + 10);
            CHECK(t.symbol == "B");
        }
        const auto none = co_await trades.where(col<&trade::symbol> == "C").returning().erase();
        CHECK(none.empty());
        const auto all =
            co_await trades.returning().update(hawser::all_rows, hawser::set<&trade::settled>(true));
        CHECK(all.size() == 5);
    });
}

TEST_CASE("returning gives the rows that erase took away", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        auto gone = co_await trades.where(col<&trade::price> <= 2).returning().erase();
        std::sort(gone.begin(), gone.end(), [](const trade& a, const trade& b) { return a.id < b.id; });
        REQUIRE(gone.size() == 2);
        CHECK(gone[0].price == price(1));
        CHECK(gone[1].price == price(2));
        const auto left = co_await trades.count();
        CHECK(left == 3);
    });
}

TEST_CASE("returning refuses what the table refuses, and changes nothing", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto e = co_await error_of(trades.where(col<&trade::symbol> == "A")
                                             .returning()
                                             .update(hawser::set<&trade::price>(col<&trade::price> - 2)));
        CHECK(e.kind() == errc::check_violation);
        const auto least = co_await trades.order_by(asc<&trade::price>).first();
        CHECK(least->price == price(1));
    });
}

TEST_CASE("locks need a transaction", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto outside = co_await error_of(trades.where(col<&trade::symbol> == "A").for_update().all());
        CHECK(outside.kind() == errc::misuse);
        const auto shared = co_await error_of(trades.for_share().first());
        CHECK(shared.kind() == errc::misuse);
        const auto body = [](hawser::transaction& tx) -> task<> {
            hawser::repository<trade> inside{tx};
            trade t = co_await inside.where(col<&trade::price> == 3).for_update().one();
            t.price = price(30);
            co_await inside.update(t);
            const auto rest =
                co_await inside.order_by(asc<&trade::id>).limit(2).for_update().skip_locked().all();
            CHECK(rest.size() == 2);
        };
        co_await db.transaction(body);
        const auto raised = co_await trades.where(col<&trade::price> == 30).exists();
        CHECK(raised);
    });
}

TEST_CASE("rows are ordered by expressions too, with their constants, before limit and after where", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        using prices = std::vector<price>;
        const auto told = [](const std::vector<trade>& rows) {
            prices out;
            for (const trade& t : rows) out.push_back(t.price);
            return out;
        };
        const auto doubled = co_await trades.where(col<&trade::price> > 1)
                                 .order_by((col<&trade::price> * 2).desc())
                                 .limit(2)
                                 .all();
        CHECK(told(doubled) == prices{5, 4});
        const auto negated = co_await trades.order_by((-col<&trade::price>).asc()).first();
        CHECK(negated->price == 5);
        const auto lengths = co_await trades
                                 .order_by(hawser::length(col<&trade::symbol>).asc(),
                                           hawser::coalesce(col<&trade::fee>, 4.5).desc(), asc<&trade::id>)
                                 .all();
        CHECK(told(lengths) == prices{5, 1, 2, 3, 4});
        auto rows = trades.order_by((col<&trade::price> - 9).desc()).stream(2);
        const trade* highest = co_await rows.next();
        REQUIRE(highest != nullptr);
        CHECK(highest->price == 5);
        const auto plucked = co_await trades.order_by((col<&trade::price> * 2).desc()).pluck<&trade::price>();
        CHECK(plucked == prices{5, 4, 3, 2, 1});
    });
}
