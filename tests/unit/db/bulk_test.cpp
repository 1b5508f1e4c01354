#include "bulk_rows.hpp"
#include <list>
#include <ranges>

using namespace market;
using hawser::errc;

TEST_CASE("bulk_insert gives ids in input order", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position first = make_position("FIRST");
        co_await positions.insert(first);
        for (const std::size_t n : {1u, 49u, 50u, 51u, 1234u}) {
            co_await positions.erase(hawser::all_rows);
            const auto rows = many(n);
            const auto ids = co_await positions.bulk_insert(rows);
            REQUIRE(ids.size() == n);
            const auto stored = co_await positions.order_by(hawser::asc<&position::id>).all();
            REQUIRE(stored.size() == n);
            for (std::size_t i = 0; i < n; ++i) {
                REQUIRE(stored[i].id == ids[i]);
                REQUIRE(stored[i].symbol == rows[i].symbol);
                REQUIRE(stored[i].row_version == 1);
            }
        }
        const auto seen1 = co_await positions.bulk_insert({});
        CHECK((seen1).empty());
    });
}

TEST_CASE("bulk_insert without a generated key gives no ids", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        std::vector<prediction> rows(60);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i].model = "m" + std::to_string(i);
        const auto seen2 = co_await hawser::repository<prediction>{db}.bulk_insert(rows);
        CHECK((seen2).empty());
        const auto seen3 = co_await hawser::repository<prediction>{db}.count();
        CHECK(seen3 == 60);
    });
}

TEST_CASE("one bad row of a bulk stores nothing and is named by its index", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = many(300);
        rows[217].symbol = rows[3].symbol;
        const auto twice = co_await error_of(positions.bulk_insert(rows));
        CHECK(twice.kind() == errc::unique_violation);
        CHECK(twice.info().row == row_refused(db, 217));
        CHECK(twice.violates<&position::symbol>());
        rows[217].symbol = "";
        rows[5].symbol = std::string(40, 'x');
        try {
            co_await positions.bulk_insert(rows);
            FAIL("was accepted");
        } catch (const hawser::validation_error& e) {
            REQUIRE(e.violations().size() == 2);
            CHECK(e.violations()[0].row == 5);
            CHECK(e.violations()[1].row == 217);
        }
        const auto seen4 = co_await positions.count();
        CHECK(seen4 == 0);
    });
}

TEST_CASE("copy_in takes spans, lists and generated ranges, all or nothing", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(500);
        const auto seen5 = co_await positions.copy_in(rows);
        CHECK(seen5 == 500);
        const std::list<position> listed = [] {
            const auto v = many(10, 1000);
            return std::list<position>(v.begin(), v.end());
        }();
        const auto seen6 = co_await positions.copy_in(listed);
        CHECK(seen6 == 10);
        auto generated = std::views::iota(2000, 12000) |
                         std::views::transform([](int i) { return make_position("S" + std::to_string(i)); });
        const auto seen7 = co_await positions.copy_in(generated);
        CHECK(seen7 == 10000);
        const auto seen8 = co_await positions.count();
        CHECK(seen8 == 10510);

        auto clashing = std::views::iota(0, 9000) | std::views::transform([](int i) {
                            return make_position("T" + std::to_string(i == 8000 ? 1 : i));
                        });
        const auto e = co_await error_of(positions.copy_in(clashing));
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.info().row == 8000);
        const auto seen9 = co_await positions.count();
        CHECK(seen9 == 10510);
    });
}

TEST_CASE("a range that throws in the middle stores nothing", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        auto breaking = std::views::iota(0, 9000) | std::views::transform([](int i) {
                            if (i == 8500) throw std::runtime_error("feed broke");
                            return make_position("T" + std::to_string(i));
                        });
        bool caught = false;
        try {
            co_await hawser::repository<position>{db}.copy_in(breaking);
        } catch (const std::runtime_error&) { caught = true; }
        CHECK(caught);
        const auto seen10 = co_await hawser::repository<position>{db}.count();
        CHECK(seen10 == 0);
    });
}

TEST_CASE("copy_in in a transaction that goes on is all or nothing too", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        position before = make_position("BEFORE");
        co_await inside.insert(before);
        auto clashing = std::views::iota(0, 9000) | std::views::transform([](int i) {
                            return make_position("T" + std::to_string(i == 8000 ? 1 : i));
                        });
        const auto e = co_await error_of(inside.copy_in(clashing));
        CHECK(e.info().row == 8000);
        const std::list<position> listed{make_position("AFTER")};
        const auto one = co_await inside.copy_in(listed);
        CHECK(one == 1);
        co_await tx.commit();
        const auto count = co_await hawser::repository<position>{db}.count();
        CHECK(count == 2);
    });
}

TEST_CASE("bulk work in a transaction is undone with it", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto rows = many(200);
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        const auto seen11 = co_await inside.bulk_insert(rows);
        CHECK((seen11).size() == 200);
        auto clashing = many(100, 150);
        const auto again = [&](hawser::transaction& in) -> task<> {
            co_await hawser::repository<position>{in}.bulk_insert(clashing);
        };
        const auto seen12 = co_await error_alone(tx, again);
        CHECK((seen12).kind() == errc::unique_violation);
        const auto seen13 = co_await inside.count();
        CHECK(seen13 == 200);
        const std::list<position> listed(rows.begin(), rows.end());
        const auto seen14 = co_await error_of(inside.copy_in(listed));
        CHECK((seen14).kind() == errc::unique_violation);
        co_await tx.rollback();
        const auto seen15 = co_await hawser::repository<position>{db}.count();
        CHECK(seen15 == 0);
    });
}

namespace {

struct imported {
    std::int64_t id{};
    std::int64_t rowid{};
};
BOOST_DESCRIBE_STRUCT(imported, (), (id, rowid))
consteval auto hawser_table(hawser::of<imported>) {
    return hawser::table<imported>("imported", hawser::primary_key<&imported::id>.generated());
}

} // namespace

TEST_CASE("a column may be called rowid: the keys of a bulk insert are those of the key's column", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await db.create_tables<imported>();
        const hawser::repository<imported> all{db};
        for (int round = 0; round < 2; ++round) {
            std::vector<imported> rows(100);
            for (imported& r : rows) r.rowid = 500;
            const std::vector<std::int64_t> ids = co_await all.bulk_insert(rows);
            REQUIRE(ids.size() == 100);
            CHECK(ids.front() == round * 100 + 1);
            CHECK(ids.back() == round * 100 + 100);
        }
    });
}
