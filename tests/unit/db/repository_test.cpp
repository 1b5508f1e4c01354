#include "on_each_market.hpp"
#include <hawser/testing/clock.hpp>

using namespace market;
using hawser::errc;
using price = hawser::decimal<18, 8>;

TEST_CASE("insert writes key, timestamps and version back", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position a = make_position("BTC", 5);
        position b = make_position("ETH");
        co_await positions.insert(a);
        co_await positions.insert(b);
        CHECK(a.id == 1);
        CHECK(b.id == 2);
        CHECK(a.row_version == 1);
        CHECK(a.created_at == a.updated_at);
        CHECK(a.created_at > hawser::parse_timestamp("2020-01-01"));
        const position stored = co_await positions.get(a.id);
        CHECK(stored.symbol == "BTC");
        CHECK(stored.quantity == price(5));
        CHECK(stored.created_at == a.created_at);
        CHECK_FALSE(stored.note.has_value());
    });
}

TEST_CASE("a row keeps every type at its edges", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        hawser::repository<trade> trades{db};
        position p = make_position("EDGE");
        co_await positions.insert(p);
        trade t = make_trade(p.id, "EDGE", "9999999999.99999999");
        t.quantity = price::min();
        t.executed_at = hawser::timestamp(std::chrono::microseconds(-1));
        t.settled = true;
        t.side = side::sell;
        for (const double fee : {0.1, -0.0, 5e-324, 1.7976931348623157e308, 0.12345678901234567}) {
            t.fee = fee;
            co_await trades.insert(t);
            const trade back = co_await trades.get(t.id);
            CHECK(back.price == t.price);
            CHECK(back.quantity == t.quantity);
            CHECK(back.executed_at == t.executed_at);
            CHECK(back.settled);
            CHECK(back.side == side::sell);
            CHECK(back.fee == t.fee);
        }
        constexpr char odd[] = "quotes ' \" nul \0 and \xF0\x9F\x9A\x80";
        std::string text(odd, sizeof odd - 1);
        if (is_postgres(db)) std::erase(text, '\0'); // it has no such texts
        p.note = text;
        co_await positions.update(p);
        const auto seen1 = co_await positions.get(p.id);
        CHECK((seen1).note == text);
    });
}

TEST_CASE("get throws not_found where find gives nothing", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto seen2 = co_await positions.find(7);
        CHECK_FALSE((seen2).has_value());
        const auto e = co_await error_of(positions.get(7));
        CHECK(e.kind() == errc::not_found);
        CHECK(e.info().table == "positions");
        CHECK(e.info().statement_name == "positions.get");
    });
}

TEST_CASE("update of a whole row counts the version up and moves updated_at only", "[db]") {
    hawser::testing::stepping_clock clock(hawser::timestamp{}, std::chrono::microseconds(1));
    const hawser::open_options options{.clock = &clock};
    on_each_market(
        [](hawser::database db) -> task<> {
            hawser::repository<position> positions{db};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            const auto made = p.created_at;
            p.quantity = 2;
            const auto seen3 = co_await positions.update(p);
            CHECK(seen3);
            CHECK(p.row_version == 2);
            CHECK(p.updated_at > made);
            const position stored = co_await positions.get(p.id);
            CHECK(stored.row_version == 2);
            CHECK(stored.created_at == made);
            CHECK(stored.updated_at == p.updated_at);
        },
        options);
}

TEST_CASE("update of another version is stale_object and says whether the row is there", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position mine = make_position("BTC");
        co_await positions.insert(mine);
        position other = mine;
        co_await positions.update(other);
        bool caught = false;
        try {
            co_await positions.update(mine);
        } catch (const hawser::stale_object& e) {
            caught = true;
            CHECK(e.row_exists() == true);
        }
        CHECK(caught);
        CHECK(mine.row_version == 1);
        co_await positions.erase(mine.id);
        try {
            co_await positions.update(other);
        } catch (const hawser::stale_object& e) { CHECK(e.row_exists() == false); }
    });
}

TEST_CASE("update and erase of an unversioned row that is not there are false", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<trade> trades{db};
        trade t = make_trade(1, "X", "1");
        t.id = 99;
        const auto seen4 = co_await trades.update(t);
        CHECK_FALSE(seen4);
        const auto seen5 = co_await trades.erase(99);
        CHECK_FALSE(seen5);
        const auto seen6 = co_await trades.update(99, hawser::set<&trade::settled>(true));
        CHECK_FALSE(seen6);
    });
}

TEST_CASE("a patch touches its columns, the version and updated_at, and nothing else", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("BTC", 5);
        p.low = 7;
        co_await positions.insert(p);
        const price more = 3, px = 4;
        const auto seen7 =
            co_await positions.update(p.id, hawser::set<&position::note>("late"),
                                      hawser::set<&position::quantity>(col<&position::quantity> + more),
                                      hawser::set<&position::low>(hawser::least(col<&position::low>, px)));
        CHECK(seen7);
        const position stored = co_await positions.get(p.id);
        CHECK(stored.quantity == price(8));
        CHECK(stored.low == price(4));
        CHECK(stored.note == "late");
        CHECK(stored.symbol == "BTC");
        CHECK(stored.row_version == 2);
        const auto seen8 = co_await positions.update(p.id, hawser::set<&position::note>(std::nullopt));
        CHECK(seen8);
        const auto seen9 = co_await positions.get(p.id);
        CHECK_FALSE((seen9).note.has_value());
    });
}

TEST_CASE("a unique violation names constraint, table and columns", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position a = make_position("BTC");
        // [unique-violation]
        position b = make_position("BTC");
        co_await positions.insert(a);
        const auto e = co_await error_of(positions.insert(b));
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.id() == "DB_CON_001");
        CHECK(e.info().constraint == "positions_symbol_uq");
        CHECK(e.info().table == "positions");
        CHECK(e.violates<&position::symbol>());
        CHECK_FALSE(e.violates<&position::note>());
        CHECK_FALSE(e.retryable());
        // [/unique-violation]
        CHECK(b.id == 0);
    });
}

TEST_CASE("check and foreign key violations are named by the description", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<trade> trades{db};
        hawser::repository<position> positions{db};
        position p = make_position("BTC");
        co_await positions.insert(p);
        trade free_of_charge = make_trade(p.id, "BTC", "0");
        const auto check = co_await error_of(trades.insert(free_of_charge));
        CHECK(check.kind() == errc::check_violation);
        CHECK(check.info().constraint == "trades_price_positive");
        trade orphan = make_trade(404, "BTC", "1");
        const auto reference = co_await error_of(trades.insert(orphan));
        CHECK(reference.kind() == errc::foreign_key_violation);
        CHECK(reference.violates<&trade::position_id>());
        CHECK(reference.info().constraint == "trades_position_id_fkey");
    });
}

TEST_CASE("erasing a position takes its trades along", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<trade> trades{db};
        hawser::repository<position> positions{db};
        position p = make_position("BTC");
        co_await positions.insert(p);
        trade t = make_trade(p.id, "BTC", "1");
        co_await trades.insert(t);
        const auto seen10 = co_await positions.erase(p.id);
        CHECK(seen10);
        const auto seen11 = co_await trades.exists();
        CHECK_FALSE(seen11);
    });
}

TEST_CASE("validation collects every violation before anything travels", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position(std::string(33, 'x'));
        try {
            co_await positions.insert(p);
            FAIL("was accepted");
        } catch (const hawser::validation_error& e) {
            REQUIRE(e.violations().size() == 1);
            CHECK(e.violations()[0].field == "symbol");
            CHECK(e.violations()[0].rule == "max_length");
            CHECK(e.id() == "DB_VAL_001");
        }
        hawser::repository<prediction> predictions{db};
        prediction nan;
        nan.score = std::numeric_limits<double>::quiet_NaN();
        const auto seen12 = co_await error_of(predictions.insert(nan));
        CHECK((seen12).kind() == errc::validation_failed);
        const auto seen13 = co_await positions.count();
        CHECK(seen13 == 0);
    });
}

TEST_CASE("upsert inserts once and then updates under the natural key", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<prediction> predictions{db};
        prediction p;
        p.model = "m";
        p.symbol = "BTC";
        p.score = 0.25;
        p.features = hawser::json_text(R"({"k":[1,2]})");
        co_await predictions.upsert(p);
        const auto first = co_await predictions.get({"m", "BTC"});
        p.score = 0.5;
        co_await predictions.upsert(p);
        const auto seen14 = co_await predictions.count();
        CHECK(seen14 == 1);
        const auto second = co_await predictions.get({"m", "BTC"});
        CHECK(second.score == 0.5);
        CHECK(second.created_at == first.created_at);
        // PostgreSQL keeps what a document says, not how it is written.
        CHECK(second.features.text() == (is_postgres(db) ? R"({"k": [1, 2]})" : p.features.text()));
        hawser::repository<position> positions{db};
        position q = make_position("BTC", 1);
        co_await positions.upsert(q);
        q.quantity = 2;
        co_await positions.upsert(q);
        const auto only = co_await positions.one();
        CHECK(only.quantity == price(2));
        CHECK(only.row_version == 2);
    });
}

TEST_CASE("a repository can be derived from to add the domain's own queries", "[db]") {
    struct book : hawser::repository<position> {
        using repository::repository;
        task<std::optional<position>> by_symbol(std::string symbol) const {
            return where(col<&position::symbol> == std::move(symbol)).first();
        }
    };
    on_each_market([](hawser::database db) -> task<> {
        book positions{db};
        position p = make_position("BTC");
        co_await positions.insert(p);
        const auto found = co_await positions.by_symbol("BTC");
        REQUIRE(found.has_value());
        CHECK(found->id == p.id);
    });
}
