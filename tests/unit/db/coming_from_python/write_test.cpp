// docs/coming_from_python.md: many rows, insert or update.
#include "unit/db/on_each_market.hpp"

using namespace market;
using hawser::set;

TEST_CASE("bulk calls take structs for the dictionaries that SQLAlchemy takes", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        std::vector<position> rows{make_position("BTC"), make_position("ETH"), make_position("SOL")};
        // [bulk]
        std::vector<std::int64_t> ids = co_await positions.bulk_insert(rows); // ids[i] is of rows[i]
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = ids[i];
        rows[0].quantity = 7;
        co_await positions.bulk_update<&position::quantity>(rows); // this column, by key
        hawser::upsert_counts counts = co_await positions.bulk_upsert(rows);
        std::int64_t erased = co_await positions.bulk_erase(ids);
        std::int64_t stored = co_await positions.copy_in(rows); // fastest: without ids
        // [/bulk]
        CHECK(ids == std::vector<std::int64_t>{1, 2, 3});
        CHECK(counts == hawser::upsert_counts{0, 3});
        CHECK(erased == 3);
        CHECK(stored == 3);
        const auto seven = co_await positions.where(col<&position::symbol> == "BTC").one();
        CHECK(seven.quantity == 7);
    });
}

TEST_CASE("update() and delete() with a where clause are a query's last call", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const std::vector<position> rows{make_position("BTC", 1), make_position("ETH", 2),
                                         make_position("SOL", 3)};
        co_await positions.bulk_insert(rows);
        const hawser::decimal<18, 8> more = 5;
        // [update-where]
        const auto eth = positions.where(col<&position::symbol> == "ETH");
        std::int64_t changed = co_await eth.update(set<&position::quantity>(col<&position::quantity> + more));
        std::vector<position> now = co_await eth.returning().update(set<&position::note>("seen"));
        std::int64_t gone = co_await positions.where(col<&position::quantity> < 2).erase();
        std::int64_t all = co_await positions.update(hawser::all_rows, set<&position::note>(std::nullopt));
        // [/update-where]
        CHECK(changed == 1);
        REQUIRE(now.size() == 1);
        CHECK(now[0].quantity == 7);
        CHECK(now[0].note == "seen");
        CHECK(gone == 1);
        CHECK(all == 2);
    });
}

TEST_CASE("on_conflict_do_update and on_conflict_do_nothing are on_conflict<..>", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("BTC", 2);
        // [upsert]
        co_await positions.upsert(p); // by the key or the only unique: all columns
        const auto add = hawser::on_conflict<&position::symbol>.update(
            set<&position::quantity>(col<&position::quantity> + hawser::excluded<&position::quantity>));
        co_await positions.upsert(p, add); // p is the stored row now
        const auto keep = hawser::on_conflict<&position::symbol>.ignore();
        bool stored = co_await positions.upsert(p, keep);
        // [/upsert]
        CHECK(p.quantity == 4);
        CHECK_FALSE(stored);
    });
}
