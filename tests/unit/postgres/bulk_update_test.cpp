#include "fixture.hpp"
#include <string>
#include <vector>

using namespace market;
using hawser::errc;
using hawser::miss;

namespace {

std::vector<position> many(std::size_t count) {
    std::vector<position> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(make_position("S" + std::to_string(i)));
    return rows;
}

task<std::vector<position>> stored(hawser::database db, std::size_t count) {
    hawser::repository<position> positions{db};
    const std::vector<position> rows = many(count);
    co_await positions.copy_in(rows);
    co_return co_await positions.order_by(hawser::asc<&position::id>).all();
}

} // namespace

TEST_CASE("bulk_update on PostgreSQL stores whole rows by key and writes their versions back",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    const std::size_t count = GENERATE(1u, 2500u);
    on_postgres([count](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, count);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i].quantity = static_cast<int>(i);
        const auto missed = co_await positions.bulk_update(rows);
        CHECK(missed.empty());
        CHECK(rows.back().row_version == 2);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions where row_version = 2") ==
              static_cast<std::int64_t>(count));
        CHECK(look.integer("select sum(quantity)::bigint from positions") ==
              static_cast<std::int64_t>(count * (count - 1) / 2));
        const auto again = co_await positions.bulk_update(rows, {.atomic = false});
        CHECK(again.empty());
        CHECK(rows.back().row_version == 3);
        std::vector<position> none;
        const auto nothing = co_await positions.bulk_update(none);
        CHECK(nothing.empty());
    });
}

TEST_CASE(
    "an atomic bulk_update on PostgreSQL throws the first row that is stale or missing, and stores nothing",
    "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 1500);
        for (auto& row : rows) row.quantity = 7;
        rows[1270].row_version = 5;
        std::optional<bool> exists;
        const auto stale = co_await error_of(positions.bulk_update(rows));
        CHECK(stale.kind() == errc::stale_object);
        CHECK(stale.info().row == 1270);
        CHECK(stale.info().table == "positions");
        try {
            co_await positions.bulk_update(rows);
        } catch (const hawser::stale_object& e) { exists = e.row_exists(); }
        CHECK(exists == true);
        rows[33].id = 100000;
        const auto missing = co_await error_of(positions.bulk_update(rows));
        CHECK(missing.kind() == errc::not_found);
        CHECK(missing.info().row == 33);
        CHECK(rows[0].row_version == 1);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions where quantity = 7") == 0);
        // In a transaction, what was done before stays.
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        position p = make_position("KEPT");
        co_await inside.insert(p);
        const auto within = co_await error_of(inside.bulk_update(rows));
        CHECK(within.kind() == errc::not_found);
        co_await tx.commit();
        CHECK(look.integer("select count(*) from positions where symbol = 'KEPT'") == 1);
        CHECK(look.integer("select count(*) from positions where quantity = 7") == 0);
    });
}

TEST_CASE(
    "a bulk_update on PostgreSQL that is not atomic stores what it finds and tells the rest in input order",
    "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 50);
        for (auto& row : rows) row.quantity = 9;
        rows[7].row_version = 5;
        rows[8].id = 100000;
        rows[41].id = 100001;
        const auto missed = co_await positions.bulk_update(rows, {.atomic = false, .chunk = 20});
        REQUIRE(missed.size() == 3);
        CHECK(missed[0] == hawser::missed_row<std::int64_t>{7, rows[7].id, miss::stale});
        CHECK(missed[1] == hawser::missed_row<std::int64_t>{8, 100000, miss::missing});
        CHECK(missed[2] == hawser::missed_row<std::int64_t>{41, 100001, miss::missing});
        CHECK(rows[6].row_version == 2);
        CHECK(rows[7].row_version == 5);
        CHECK(rows[8].row_version == 1);
        const auto changed = co_await positions.where(col<&position::quantity> == 9).count();
        CHECK(changed == 47);
    });
}

TEST_CASE("of two versions of one row in a bulk_update on PostgreSQL the second is stale",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 2);
        rows.push_back(rows[0]);
        rows[0].quantity = 1;
        rows[2].quantity = 3;
        const auto e = co_await error_of(positions.bulk_update(rows));
        CHECK(e.kind() == errc::stale_object);
        CHECK(e.info().row == 2);
        const auto missed = co_await positions.bulk_update(rows, {.atomic = false});
        REQUIRE(missed.size() == 1);
        CHECK(missed[0].row == 2);
        const auto read = co_await positions.get(rows[0].id);
        CHECK(read.quantity == 1);
    });
}

TEST_CASE("bulk_update of some columns on PostgreSQL leaves the others and passes by versions",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = co_await stored(db, 60);
        for (auto& row : rows) {
            row.quantity = 5;
            row.low = 2;
            row.note = "not stored";
            row.row_version = 77;
        }
        const auto missed = co_await positions.bulk_update<&position::quantity, &position::low>(rows);
        CHECK(missed.empty());
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        CHECK(read[59].quantity == 5);
        CHECK(read[59].low == 2);
        CHECK(read[59].note == std::nullopt);
        CHECK(read[59].row_version == 2);
        rows[4].id = 100000;
        const auto e = co_await error_of(positions.bulk_update<&position::low>(rows));
        CHECK(e.kind() == errc::not_found);
        CHECK(e.info().row == 4);
        const auto told = co_await positions.bulk_update<&position::low>(rows, {.atomic = false});
        REQUIRE(told.size() == 1);
        CHECK(told[0] == hawser::missed_row<std::int64_t>{4, 100000, miss::missing});
        rows.erase(rows.begin() + 4);
        rows[4].symbol = rows[9].symbol;
        const auto twice = co_await error_of(positions.bulk_update<&position::symbol>(rows));
        CHECK(twice.kind() == errc::unique_violation);
        CHECK(twice.violates<&position::symbol>());
    });
}

TEST_CASE("of two rows with one key the last wins on PostgreSQL where no version is compared",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<prediction> predictions{db};
        std::vector<prediction> rows(3);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].model = "m";
            rows[i].symbol = std::to_string(i);
            rows[i].features = hawser::json_text("{}");
        }
        co_await predictions.copy_in(rows);
        rows[1].score = 0.25;
        rows.push_back(rows[1]);
        rows[3].score = 0.75;
        const auto missed = co_await predictions.bulk_update(rows);
        CHECK(missed.empty());
        const auto read = co_await predictions.get({"m", "1"});
        CHECK(read.score == 0.75);
    });
}
