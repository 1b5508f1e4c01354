#include "quantum.hpp"

using namespace quantum;
using hawser::on_conflict;
using hawser::set;

TEST_CASE("to erase a soft-deletable row marks it, says who and counts its version", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{as(db, "bob", "gone")};
        team t = make_team("a"), other = make_team("b");
        co_await hawser::repository<team>{as(db, "ann", "first")}.insert(t);
        co_await teams.insert(other);
        set_clock(200);
        SECTION("by its key") {
            const bool erased = co_await teams.erase(t.id);
            CHECK(erased);
            const bool again = co_await teams.erase(t.id);
            CHECK_FALSE(again);
        }
        SECTION("by a condition") {
            const auto n = co_await teams.where(col<&team::name> == "a").erase();
            CHECK(n == 1);
            const auto again = co_await teams.where(col<&team::name> == "a").erase();
            CHECK(again == 0);
        }
        SECTION("by a condition, given back") {
            const auto rows = co_await teams.where(col<&team::name> == "a").returning().erase();
            REQUIRE(rows.size() == 1);
            CHECK(rows[0].id == t.id);
        }
        SECTION("in bulk") {
            const std::vector<std::int64_t> keys{t.id, 77};
            const auto n = co_await teams.bulk_erase(keys);
            CHECK(n == 1);
            const auto again = co_await teams.bulk_erase(keys);
            CHECK(again == 0);
        }
        SECTION("in a unit of work") {
            hawser::unit_of_work unit{db, {.actor = "bob", .reason = "gone"}};
            unit.erase<team>(t.id);
            co_await unit.commit();
            unit.erase<team>(t.id);
            const auto e = co_await error_of(unit.commit());
            CHECK(e.kind() == errc::not_found);
        }
        const history seen = co_await stored(db, t.id);
        CHECK(seen == history{"ann", "bob", "gone", 100, 200, 2});
        const team kept = co_await teams.with_deleted().where(col<&team::id> == t.id).one();
        CHECK(kept.deleted_at == at(200));
        const auto left = co_await teams.all();
        REQUIRE(left.size() == 1);
        CHECK(left[0].name == "b");
        const auto all = co_await teams.with_deleted().count();
        CHECK(all == 2);
    });
}

TEST_CASE("a deleted row is no row to reads, updates and guards", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{db};
        team t = make_team("a");
        co_await teams.insert(t);
        co_await teams.erase(t.id);
        const auto got = co_await error_of(teams.get(t.id));
        CHECK(got.kind() == errc::not_found);
        const auto found = co_await teams.find(t.id);
        CHECK_FALSE(found.has_value());
        const auto by_name = co_await teams.where(col<&team::name> == "a").exists();
        CHECK_FALSE(by_name);
        const auto count = co_await teams.count();
        CHECK(count == 0);
        const auto ordered = co_await teams.order_by(hawser::desc<&team::id>).limit(5).all();
        CHECK(ordered.empty());
        const bool patched = co_await teams.update(t.id, set<&team::name>("b"));
        CHECK_FALSE(patched);
        const auto n = co_await teams.update(hawser::all_rows, set<&team::name>("b"));
        CHECK(n == 0);
        t.row_version = 2;
        const auto stale = co_await error_of(teams.update(t));
        CHECK(stale.kind() == errc::stale_object);
        std::vector<team> rows{t};
        const auto in_bulk = co_await teams.bulk_update(rows, {.atomic = false});
        REQUIRE(in_bulk.size() == 1);
        CHECK(in_bulk[0].why == hawser::miss::missing);
        const auto of_name = co_await teams.bulk_update<&team::name>(rows, {.atomic = false});
        CHECK(of_name.size() == 1);
        hawser::unit_of_work change{db};
        change.update<team>(col<&team::id> == t.id, set<&team::name>("b"));
        const auto changed = co_await change.commit();
        CHECK(changed.operations[0].rows == 0);
        hawser::unit_of_work whole{db};
        whole.update(t);
        const auto late = co_await error_of(whole.commit());
        CHECK(late.kind() == errc::stale_object);
        hawser::unit_of_work unit{db};
        unit.expect<team>(col<&team::name> == "a", t.id);
        const auto guard = co_await error_of(unit.commit());
        CHECK(guard.kind() == errc::precondition_failed);

        hawser::repository<badge> badges{db};
        badge b;
        b.code = "x";
        co_await badges.insert(b);
        co_await badges.erase("x");
        const bool updated = co_await badges.update(b);
        CHECK_FALSE(updated);
    });
}

TEST_CASE("a deleted row is restored, purged, or met by an insert and an upsert", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{as(db, "eve", "again")};
        team t = make_team("a");
        co_await hawser::repository<team>{as(db, "ann", "first")}.insert(t);
        co_await teams.erase(t.id);
        set_clock(300);
        SECTION("restored") {
            const bool back = co_await teams.restore(t.id);
            CHECK(back);
            const bool again = co_await teams.restore(t.id);
            CHECK_FALSE(again);
            const team there = co_await teams.get(t.id);
            CHECK(history_of(there) == history{"ann", "eve", "again", 100, 300, 3});
        }
        SECTION("restored by an upsert") {
            team same = make_team("a");
            co_await teams.upsert(same);
            const team there = co_await teams.get(t.id);
            CHECK(history_of(there) == history{"ann", "eve", "again", 100, 300, 3});
        }
        SECTION("restored by an upsert that takes all") {
            team same = make_team("a");
            co_await teams.upsert(same, on_conflict<&team::name>.update_all());
            CHECK(same.id == t.id);
            CHECK_FALSE(same.deleted_at.has_value());
            CHECK(history_of(same) == history{"ann", "eve", "again", 100, 300, 3});
        }
        SECTION("restored by an upsert that sets some columns") {
            team same = make_team("a");
            const auto how = on_conflict<&team::name>.update(set<&team::parent_id>(t.id));
            co_await teams.upsert(same, how);
            const team there = co_await teams.get(t.id);
            CHECK(there.parent_id == t.id);
            CHECK(history_of(there) == history{"ann", "eve", "again", 100, 300, 3});
        }
        SECTION("restored by a bulk upsert") {
            const std::vector<team> rows{make_team("a")};
            co_await teams.bulk_upsert(rows);
            const team there = co_await teams.get(t.id);
            CHECK(history_of(there) == history{"ann", "eve", "again", 100, 300, 3});
        }
        SECTION("restored by an upsert in a unit of work") {
            hawser::unit_of_work unit{as(db, "eve", "again")};
            const team same = make_team("a");
            unit.upsert(same);
            co_await unit.commit();
            const team there = co_await teams.get(t.id);
            CHECK(history_of(there) == history{"ann", "eve", "again", 100, 300, 3});
        }
        SECTION("left as it is by an upsert that leaves rows") {
            team same = make_team("a");
            const bool stored_it = co_await teams.upsert(same, on_conflict<&team::name>.ignore());
            CHECK_FALSE(stored_it);
            const auto there = co_await teams.find(t.id);
            CHECK_FALSE(there.has_value());
        }
        SECTION("in the way of an insert") {
            team same = make_team("a");
            const auto e = co_await error_of(teams.insert(same));
            CHECK(e.kind() == errc::unique_violation);
            CHECK(e.violates<&team::name>());
            CHECK(e.info().table == "quantum.teams");
            CHECK(e.info().constraint == "teams_name_key");
        }
        SECTION("purged") {
            const bool gone = co_await teams.purge(t.id);
            CHECK(gone);
            const bool again = co_await teams.purge(t.id);
            CHECK_FALSE(again);
            const auto left = co_await teams.with_deleted().count();
            CHECK(left == 0);
        }
        SECTION("purged by a condition") {
            const auto gone = co_await teams.where(col<&team::deleted_at> < at(101)).purge();
            CHECK(gone == 1);
            const auto left = co_await teams.with_deleted().count();
            CHECK(left == 0);
        }
        SECTION("purged with the whole table") {
            team kept = make_team("b");
            co_await teams.insert(kept);
            const auto gone = co_await teams.query().purge(hawser::all_rows);
            CHECK(gone == 2);
            const auto left = co_await teams.with_deleted().count();
            CHECK(left == 0);
        }
        SECTION("purged with the whole table, where a filter is not given") {
            const auto filter = hawser::when(std::optional<std::string>{}, [](const std::string& name) {
                return col<&team::name> == name;
            });
            const auto gone = co_await teams.where(filter).purge(hawser::all_rows);
            CHECK(gone == 1);
        }
    });
}
