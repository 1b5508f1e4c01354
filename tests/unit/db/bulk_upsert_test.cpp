#include "bulk_rows.hpp"

using namespace market;
using hawser::errc;
using hawser::upsert_counts;

TEST_CASE("bulk_upsert tells inserted rows from updated ones", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto before = co_await stored(db, 100);
        auto rows = many(120, 40); // 60 of them are there
        for (auto& row : rows) row.quantity = 8;
        const auto counts = co_await positions.bulk_upsert(rows);
        CHECK(counts == upsert_counts{60, 60});
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        REQUIRE(read.size() == 160);
        CHECK(all_of(read[39]) == all_of(before[39]));
        CHECK(read[40].id == before[40].id);
        CHECK(read[40].created_at == before[40].created_at);
        CHECK(read[40].updated_at > before[40].updated_at);
        CHECK(read[40].quantity == 8);
        CHECK(read[40].row_version == 2);
        CHECK(read[159].row_version == 1);
        const auto nothing = co_await positions.bulk_upsert({});
        CHECK(nothing == upsert_counts{});
    });
}

TEST_CASE("of rows that meet in one bulk_upsert the last is stored, and only it is counted", "[db]") {
    const std::size_t chunk = GENERATE(1u, 2u, 4096u);
    on_each_market([chunk](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = many(4);
        rows[0].symbol = rows[3].symbol = "A";
        rows[1].symbol = rows[2].symbol = "B";
        for (std::size_t i = 0; i < 4; ++i) rows[i].quantity = static_cast<int>(i);
        const auto counts = co_await positions.bulk_upsert(rows, {.atomic = chunk > 4, .chunk = chunk});
        CHECK(counts == upsert_counts{2, 0});
        const auto read = co_await positions.order_by(hawser::asc<&position::symbol>).all();
        REQUIRE(read.size() == 2);
        CHECK(read[0].quantity == 3);
        CHECK(read[1].quantity == 2);
        CHECK(read[0].row_version == 1);
        const auto again = co_await positions.bulk_upsert(rows);
        CHECK(again == upsert_counts{0, 2});
    });
}

TEST_CASE("bulk_upsert by a composite key keeps rows apart that only look alike", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<prediction> predictions{db};
        std::vector<prediction> rows(5);
        rows[0].model = "ab", rows[0].symbol = "c";
        rows[1].model = "a", rows[1].symbol = "bc";
        rows[2].model = "abc";
        rows[3].symbol = "abc";
        rows[4] = rows[1];
        rows[4].score = 0.5;
        const auto counts = co_await predictions.bulk_upsert(rows);
        CHECK(counts == upsert_counts{4, 0});
        const auto read = co_await predictions.get({"a", "bc"});
        CHECK(read.score == 0.5);
        const auto again = co_await predictions.bulk_upsert(rows);
        CHECK(again == upsert_counts{0, 4});
    });
}

namespace {

// An integer that the caller knows is SQLite's own row key.
struct slot {
    std::int64_t number{};
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(slot, (), (number, text))
consteval auto hawser_table(hawser::of<slot>) {
    return hawser::table<slot>("slots", hawser::primary_key<&slot::number>);
}

} // namespace

TEST_CASE("bulk_upsert counts right whatever integers are keys", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await db.create_tables<slot>();
        hawser::repository<slot> slots{db};
        const auto least = std::numeric_limits<std::int64_t>::min();
        std::vector<slot> rows;
        for (const std::int64_t n : {least, least + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1},
                                     std::numeric_limits<std::int64_t>::max()}) {
            rows.push_back({n, "x"});
        }
        const auto first = co_await slots.bulk_upsert(rows);
        CHECK(first == upsert_counts{6, 0});
        const auto second = co_await slots.bulk_upsert(rows);
        CHECK(second == upsert_counts{0, 6});
    });
}

TEST_CASE("a failing row of a bulk_upsert is named, and nothing is stored", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = many(90);
        rows[4].symbol = rows[80].symbol; // left out: rows are counted from the caller's first
        rows[77].quantity = -2000000;
        const auto e = co_await error_of(positions.bulk_upsert(rows));
        CHECK(e.kind() == errc::check_violation);
        CHECK(e.info().row == row_refused(db, 77));
        const auto count = co_await positions.count();
        CHECK(count == 0);
    });
}
