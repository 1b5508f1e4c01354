// docs/coming_from_python.md: single rows.
#include "unit/db/on_each_market.hpp"

using namespace market;

TEST_CASE("what a session does to one row, a repository does at once", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        position other = make_position("OTHER");
        co_await hawser::repository<position>{db}.insert(other);
        // [rows]
        hawser::repository<position> positions{db};
        position p = make_position("BTC");
        co_await positions.insert(p); // stored; p.id, created_at and row_version are written back
        const std::int64_t id = p.id;

        std::optional<position> found = co_await positions.find(id);
        position sure = co_await positions.get(id); // throws not_found

        p.quantity = 3;
        co_await positions.update(p); // nothing is written that is not said
        const bool there = co_await positions.update(id, hawser::set<&position::note>("late")); // this column
        p = co_await positions.get(id);

        position same = make_position("ETH");
        co_await positions.upsert(same);
        const bool erased = co_await positions.erase(other.id);
        // [/rows]
        REQUIRE(found.has_value());
        CHECK(found->symbol == "BTC");
        CHECK(sure.id == id);
        CHECK(there);
        CHECK(p.note == "late");
        CHECK(p.quantity == 3);
        CHECK(p.row_version == 3);
        CHECK(erased);
        const auto left = co_await positions.count();
        CHECK(left == 2);
    });
}
