#include "quantum.hpp"

using namespace quantum;
using hawser::excluded;
using hawser::on_conflict;
using hawser::set;

TEST_CASE("insert stores who, why and when, and gives them to its argument", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{as(db, "ann", "first")};
        team t = make_team("a");
        t.created_by = "forged";
        t.deleted_at = at(1);
        co_await teams.insert(t);
        const history seen = co_await stored(db, t.id);
        CHECK(seen == history{"ann", "ann", "first", 100, 100, 1});
        CHECK(history_of(t) == seen);
        CHECK_FALSE(t.deleted_at.has_value());
    });
}

TEST_CASE("a write that is told nothing stores that it was told nothing", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        team t = make_team("a");
        co_await hawser::repository<team>{as(db, "ann", "first")}.insert(t);
        co_await hawser::repository<team>{db}.update(t);
        const history seen = co_await stored(db, t.id);
        CHECK(seen == history{"ann", {}, {}, 100, 100, 2});
        CHECK_FALSE(t.updated_by.has_value());
        CHECK_FALSE(t.change_reason.has_value());
    });
}

TEST_CASE("every form of update says who wrote last, and never who made the row", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{as(db, "bob", "later")};
        team t = make_team("a");
        co_await hawser::repository<team>{as(db, "ann", "first")}.insert(t);
        set_clock(200);
        SECTION("of the whole row") {
            t.created_by = "forged";
            co_await teams.update(t);
            CHECK(t.updated_by == "bob");
            CHECK(t.change_reason == "later");
            CHECK(t.updated_at == at(200));
            CHECK(t.row_version == 2);
        }
        SECTION("of some columns") {
            co_await teams.update(t.id, set<&team::name>("b"));
        }
        SECTION("by a condition") {
            co_await teams.where(col<&team::name> == "a").update(set<&team::name>("b"));
        }
        SECTION("of the whole table") {
            co_await teams.update(hawser::all_rows, set<&team::name>("b"));
        }
        SECTION("by an upsert") {
            team same = make_team("a");
            co_await teams.upsert(same);
        }
        SECTION("by a condition, given back") {
            const auto rows =
                co_await teams.where(col<&team::name> == "a").returning().update(set<&team::name>("b"));
            REQUIRE(rows.size() == 1);
            CHECK(history_of(rows[0]) == history{"ann", "bob", "later", 100, 200, 2});
        }
        SECTION("by an upsert that takes all") {
            team same = make_team("a");
            co_await teams.upsert(same, on_conflict<&team::name>.update_all());
            CHECK(history_of(same) == history{"ann", "bob", "later", 100, 200, 2});
        }
        SECTION("by an upsert that sets some columns") {
            team same = make_team("a");
            const auto how =
                on_conflict<&team::name>.update(set<&team::parent_id>(excluded<&team::parent_id>));
            co_await teams.upsert(same, how);
            CHECK(history_of(same) == history{"ann", "bob", "later", 100, 200, 2});
        }
        SECTION("in bulk") {
            std::vector<team> rows{t};
            rows[0].created_by = "forged";
            co_await teams.bulk_update(rows);
            CHECK(rows[0].updated_by == "bob");
            CHECK(rows[0].change_reason == "later");
            CHECK(rows[0].updated_at == at(200));
            CHECK(rows[0].row_version == 2);
        }
        SECTION("in bulk, of some columns") {
            std::vector<team> rows{t};
            co_await teams.bulk_update<&team::name>(rows);
            CHECK(history_of(rows[0]) == history{"ann", "bob", "later", 100, 200, 2});
        }
        SECTION("by a bulk upsert") {
            const std::vector<team> rows{make_team("a")};
            const auto counts = co_await teams.bulk_upsert(rows);
            CHECK(counts.updated == 1);
        }
        SECTION("by an upsert that sets some columns, in a unit of work") {
            hawser::unit_of_work unit{db, {.actor = "bob", .reason = "later"}};
            const team same = make_team("a");
            unit.upsert(same,
                        on_conflict<&team::name>.update(set<&team::parent_id>(excluded<&team::parent_id>)));
            co_await unit.commit();
        }
        SECTION("by an upsert that takes all, in a unit of work") {
            hawser::unit_of_work unit{as(db, "bob", "later")};
            const team same = make_team("a");
            unit.upsert(same, on_conflict<&team::name>.update_all());
            co_await unit.commit();
        }
        SECTION("in a unit of work") {
            hawser::unit_of_work unit{db, {.actor = "bob", .reason = "later"}};
            const auto p = unit.update(t);
            co_await unit.commit();
            CHECK(history_of(p.row()) == history{"ann", "bob", "later", 100, 200, 2});
        }
        SECTION("by a condition in a unit of work") {
            hawser::unit_of_work unit{as(db, "bob", "later")};
            unit.update<team>(col<&team::id> == t.id, set<&team::name>("b"));
            co_await unit.commit();
        }
        SECTION("by an upsert in a unit of work") {
            hawser::unit_of_work unit{db, {.actor = "bob", .reason = "later"}};
            const team same = make_team("a");
            unit.upsert(same);
            co_await unit.commit();
        }
        SECTION("in a transaction") {
            auto body = [&](hawser::transaction& tx) -> task<> {
                co_await hawser::repository<team>{tx}.update(t);
            };
            co_await db.transaction(body, {.actor = "bob", .reason = "later"});
        }
        const history seen = co_await stored(db, t.id);
        CHECK(seen == history{"ann", "bob", "later", 100, 200, 2});
    });
}

TEST_CASE("every form of insert stores who made the row, and why", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{as(db, "ann", "first")};
        team t = make_team("a");
        t.created_by = "forged";
        t.row_version = 9;
        std::vector<team> rows{t};
        hawser::unit_of_work unit{db, {.actor = "ann", .reason = "first"}};
        SECTION("an upsert") {
            co_await teams.upsert(t);
        }
        SECTION("an upsert that would take all") {
            co_await teams.upsert(t, on_conflict<&team::name>.update_all());
        }
        SECTION("an upsert that would set some columns") {
            const auto how = on_conflict<&team::name>.update(set<&team::name>("b"));
            co_await teams.upsert(t, how);
        }
        SECTION("an upsert that would leave the row") {
            co_await teams.upsert(t, on_conflict<&team::name>.ignore());
        }
        SECTION("in bulk") {
            co_await teams.bulk_insert(rows);
        }
        SECTION("a bulk upsert") {
            const auto counts = co_await teams.bulk_upsert(rows);
            CHECK(counts.inserted == 1);
        }
        SECTION("a copy") {
            co_await teams.copy_in(rows);
        }
        SECTION("in a unit of work") {
            const auto p = unit.insert(t);
            co_await unit.commit();
            CHECK(history_of(p.row()) == history{"ann", "ann", "first", 100, 100, 1});
        }
        SECTION("an upsert in a unit of work") {
            unit.upsert(t);
            co_await unit.commit();
        }
        SECTION("an upsert that would leave the row, in a unit of work") {
            unit.upsert(t, on_conflict<&team::name>.ignore());
            co_await unit.commit();
        }
        const team there = co_await teams.where(col<&team::name> == "a").one();
        CHECK(history_of(there) == history{"ann", "ann", "first", 100, 100, 1});
    });
}

TEST_CASE("an upsert that leaves the row says nothing of itself", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        team t = make_team("a");
        co_await hawser::repository<team>{as(db, "ann", "first")}.insert(t);
        set_clock(200);
        team same = make_team("a");
        hawser::repository<team> teams{as(db, "bob", "later")};
        const bool stored_it = co_await teams.upsert(same, on_conflict<&team::name>.ignore());
        CHECK_FALSE(stored_it);
        const history seen = co_await stored(db, t.id);
        CHECK(seen == history{"ann", "ann", "first", 100, 100, 1});
    });
}
