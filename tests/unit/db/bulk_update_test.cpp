#include "bulk_rows.hpp"
#include "quantum.hpp"

using namespace market;
using hawser::errc;
using hawser::miss;

TEST_CASE("bulk_update stores whole rows by key and writes their versions back", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 333);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i].quantity = static_cast<int>(i);
        const auto missed = co_await positions.bulk_update(rows);
        CHECK(missed.empty());
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        CHECK(same(read, rows));
        CHECK(read[332].row_version == 2);
        CHECK(read[332].quantity == 332);
        const auto again = co_await positions.bulk_update(std::span<const position>(rows));
        CHECK(again.empty());
        CHECK(rows[0].row_version == 2); // const rows get nothing back
        const auto third = co_await positions.get(rows[0].id);
        CHECK(third.row_version == 3);
        std::vector<position> none;
        const auto nothing = co_await positions.bulk_update(none);
        CHECK(nothing.empty());
    });
}

TEST_CASE("an atomic bulk_update throws the first row that is stale or missing, and stores nothing", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 120);
        const auto before = rows;
        for (auto& row : rows) row.quantity = 7;
        rows[70].row_version = 5;
        const auto stale = co_await error_of(positions.bulk_update(rows));
        CHECK(stale.kind() == errc::stale_object);
        CHECK(stale.info().row == 70);
        CHECK(stale.info().table == "positions");
        bool exists = false;
        try {
            co_await positions.bulk_update(rows);
        } catch (const hawser::stale_object& e) { exists = e.row_exists() == true; }
        CHECK(exists);
        rows[33].id = 100000;
        const auto missing = co_await error_of(positions.bulk_update(rows));
        CHECK(missing.kind() == errc::not_found);
        CHECK(missing.info().row == 33);
        CHECK_FALSE(missing.info().resume_from);
        CHECK(rows[0].row_version == 1);
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        CHECK(same(read, before));
    });
}

TEST_CASE("a bulk_update that is not atomic stores what it finds and tells the rest in input order", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 50);
        for (auto& row : rows) row.quantity = 9;
        rows[7].row_version = 5;
        rows[8].id = 100000;
        rows[41].id = 100001;
        const auto missed = co_await positions.bulk_update(rows, {.atomic = false, .chunk = 8});
        REQUIRE(missed.size() == 3);
        CHECK(missed[0] == hawser::missed_row<std::int64_t>{7, rows[7].id, miss::stale});
        CHECK(missed[1] == hawser::missed_row<std::int64_t>{8, 100000, miss::missing});
        CHECK(missed[2] == hawser::missed_row<std::int64_t>{41, 100001, miss::missing});
        CHECK(rows[6].row_version == 2);
        CHECK(rows[7].row_version == 5);
        CHECK(rows[8].row_version == 1);
        CHECK(rows[9].row_version == 2);
        const auto changed = co_await positions.where(col<&position::quantity> == 9).count();
        CHECK(changed == 47);
    });
}

TEST_CASE("of two versions of one row in a bulk_update the second is stale", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 2);
        rows.push_back(rows[0]);
        rows[2].quantity = 3;
        const auto e = co_await error_of(positions.bulk_update(rows));
        CHECK(e.info().row == 2);
        const auto missed = co_await positions.bulk_update(rows, {.atomic = false});
        REQUIRE(missed.size() == 1);
        CHECK(missed[0].row == 2);
    });
}

TEST_CASE("bulk_update of some columns leaves the others and passes by versions", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 60);
        const auto before = rows;
        for (auto& row : rows) {
            row.quantity = 5;
            row.low = 2;
            row.note = "not stored";
            row.symbol = ""; // its rule is not asked for
            row.row_version = 77;
        }
        const auto missed = co_await positions.bulk_update<&position::quantity, &position::low>(rows);
        CHECK(missed.empty());
        CHECK(rows[0].row_version == 78);
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        CHECK(read[59].quantity == 5);
        CHECK(read[59].low == 2);
        CHECK(read[59].note == std::nullopt);
        CHECK(read[59].symbol == before[59].symbol);
        CHECK(read[59].row_version == 2);
        CHECK(read[59].updated_at == rows[59].updated_at);
        CHECK(read[59].updated_at > before[59].updated_at);

        rows[4].id = 100000;
        const auto e = co_await error_of(positions.bulk_update<&position::low>(rows));
        CHECK(e.kind() == errc::not_found);
        CHECK(e.info().row == 4);
        const auto told = co_await positions.bulk_update<&position::low>(rows, {.atomic = false});
        REQUIRE(told.size() == 1);
        CHECK(told[0] == hawser::missed_row<std::int64_t>{4, 100000, miss::missing});
    });
}

TEST_CASE("bulk_update of some columns checks the rules of these, row by row", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 10);
        rows[3].symbol = "";
        std::vector<hawser::violation> found;
        try {
            co_await positions.bulk_update<&position::symbol, &position::note>(rows);
        } catch (const hawser::validation_error& e) {
            found.assign(e.violations().begin(), e.violations().end());
        }
        REQUIRE(found.size() == 1);
        CHECK(found[0].row == 3);
        rows[3].symbol = rows[9].symbol;
        const auto e = co_await error_of(positions.bulk_update<&position::symbol>(rows));
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.info().row == row_refused(db, 3));
        CHECK(e.violates<&position::symbol>());
    });
}

TEST_CASE("of two rows with one key the last wins where no version is compared", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<prediction> predictions{db};
        std::vector<prediction> rows(3);
        for (auto& row : rows) row.model = "m";
        rows[1].symbol = "B";
        const auto two = std::span<const prediction>(rows).first(2);
        co_await predictions.bulk_insert(two);
        rows[0].score = 0.1;
        rows[2].score = 0.9;
        const auto missed = co_await predictions.bulk_update(rows);
        CHECK(missed.empty());
        const auto read = co_await predictions.get({"m", ""});
        CHECK(read.score == 0.9);
        rows[0].symbol = "gone";
        const auto told = co_await predictions.bulk_update(rows, {.atomic = false});
        REQUIRE(told.size() == 1);
        CHECK(told[0].key == std::tuple<std::string, std::string>("m", "gone"));
    });
}

TEST_CASE("bulk_update in a transaction is undone alone where it fails, and with it", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        auto rows = co_await stored(db, 60);
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        for (auto& row : rows) row.quantity = 4;
        co_await inside.bulk_update(rows);
        for (auto& row : rows) row.quantity = 5;
        rows[59].row_version = 9;
        const auto again = [&](hawser::transaction& in) -> task<> {
            co_await hawser::repository<position>{in}.bulk_update(rows);
        };
        const auto e = co_await error_alone(tx, again);
        CHECK(e.info().row == 59);
        const auto four = co_await inside.where(col<&position::quantity> == 4).count();
        CHECK(four == 60);
        co_await tx.rollback();
        const auto none =
            co_await hawser::repository<position>{db}.where(col<&position::quantity> == 0).count();
        CHECK(none == 60);
    });
}

TEST_CASE("bulk calls say who writes and why, and pass by what is deleted", "[db]") {
    quantum::on_quantum([](hawser::database db) -> task<> {
        hawser::repository<quantum::team> teams{db.with({.actor = "ada", .reason = "spring"})};
        std::vector<quantum::team> rows;
        for (int i = 0; i < 3; ++i) rows.push_back(quantum::make_team("team " + std::to_string(i)));
        const auto ids = co_await teams.bulk_insert(rows);
        auto read = co_await teams.order_by(hawser::asc<&quantum::team::id>).all();
        CHECK(read[2].created_by == "ada");
        quantum::set_clock(200);
        hawser::repository<quantum::team> others{db.with({.actor = "bob"})};
        co_await others.bulk_update<&quantum::team::name>(read);
        CHECK(read[1].updated_by == "bob");
        const auto back = co_await teams.get(ids[1]);
        CHECK(back.updated_by == "bob");
        CHECK(back.updated_at == read[1].updated_at);
        CHECK(back.row_version == read[1].row_version);
        quantum::set_clock(300);
        const auto first_two = std::span(ids).first(2);
        const auto erased = co_await others.bulk_erase(first_two);
        CHECK(erased == 2);
        const auto none = co_await others.bulk_erase(first_two);
        CHECK(none == 0);
        const auto e = co_await error_of(teams.bulk_update(read));
        CHECK(e.kind() == errc::not_found);
        CHECK(e.info().row == 0);
        const auto kept = co_await teams.with_deleted().order_by(hawser::asc<&quantum::team::id>).all();
        REQUIRE(kept.size() == 3);
        CHECK(kept[0].deleted_at == quantum::at(300));
        CHECK(kept[0].updated_by == "bob");
        CHECK(kept[0].row_version == 3);
        const auto counts = co_await teams.bulk_upsert(rows);
        CHECK(counts == hawser::upsert_counts{0, 3});
        const auto restored = co_await teams.get(ids[0]);
        CHECK(restored.created_by == "ada");
        CHECK(restored.row_version == 4);
    });
}
