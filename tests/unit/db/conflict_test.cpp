#include "on_each_market.hpp"

using namespace market;
using hawser::excluded;
using hawser::on_conflict;
using hawser::set;

TEST_CASE("an upsert on a named target updates what it is told, and writes back the stored row", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position first = make_position("P", 3);
        const auto how = on_conflict<&position::symbol>.update(
            set<&position::quantity>(col<&position::quantity> + excluded<&position::quantity>),
            set<&position::note>("met"));
        const bool inserted = co_await positions.upsert(first, how);
        CHECK(inserted);
        CHECK(first.id == 1);
        CHECK(first.row_version == 1);
        CHECK_FALSE(first.note.has_value());
        position again = make_position("P", 4);
        again.low = 9;
        const bool updated = co_await positions.upsert(again, how);
        CHECK(updated);
        CHECK(again.id == 1);
        CHECK(again.quantity == 7);
        CHECK(again.low == 0);
        CHECK(again.note == "met");
        CHECK(again.row_version == 2);
        CHECK(again.created_at == first.created_at);
        const auto count = co_await positions.count();
        CHECK(count == 1);
    });
}

TEST_CASE("an upsert that ignores leaves the stored row and the caller's", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position first = make_position("P", 3);
        const bool inserted = co_await positions.upsert(first, on_conflict<&position::symbol>.ignore());
        CHECK(inserted);
        position again = make_position("P", 4);
        const bool stored = co_await positions.upsert(again, on_conflict<&position::symbol>.ignore());
        CHECK_FALSE(stored);
        CHECK(again.id == 0);
        CHECK(again.quantity == 4);
        const auto kept = co_await positions.get(1);
        CHECK(kept.quantity == 3);
        const bool taken = co_await positions.upsert(again, on_conflict<&position::symbol>.update_all());
        CHECK(taken);
        CHECK(again.id == 1);
        CHECK(again.row_version == 2);
        const auto now = co_await positions.get(1);
        CHECK(now.quantity == 4);
        position invalid = make_position("");
        const auto e = co_await error_of(positions.upsert(invalid, on_conflict<&position::symbol>.ignore()));
        CHECK(e.kind() == hawser::errc::validation_failed);
    });
}

TEST_CASE("a unit upserts on a named target", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P", 3);
        co_await positions.insert(p);
        hawser::unit_of_work uow{db};
        uow.upsert(p, on_conflict<&position::symbol>.update(set<&position::quantity>(
                          col<&position::quantity> + excluded<&position::quantity>)));
        const position fifty = make_position("P", 50), eight = make_position("Q", 8);
        uow.upsert(fifty, on_conflict<&position::symbol>.ignore());
        uow.upsert(eight, on_conflict<&position::symbol>.ignore());
        const auto result = co_await uow.commit();
        REQUIRE(result.operations.size() == 3);
        CHECK(result.operations[1].rows == 0);
        CHECK(result.operations[2].rows == 1);
        const auto sum = co_await positions.sum<&position::quantity>();
        CHECK(sum == 14);
    });
}
