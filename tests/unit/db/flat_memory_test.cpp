// Many rows pass, little memory is taken.
#include "on_each_market.hpp"
#include "support/process_memory.hpp"
#include <algorithm>
#include <iterator>
#include <ranges>

namespace {

using hawser::database;
using hawser::repository;
using hawser::task;

struct tick {
    std::int64_t id{};
    std::int64_t number{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(tick, (), (id, number, body))
consteval auto hawser_table(hawser::of<tick>) {
    return hawser::table<tick>("ticks", hawser::primary_key<&tick::id>.generated(),
                               hawser::unique<&tick::number>);
}

// Sanitizers are slow, and their own memory counts.
constexpr std::int64_t count = support::memory_is_its_own ? 300'000 : 10'000;
constexpr std::size_t body_bytes = 120;
constexpr std::size_t all_bytes =
    static_cast<std::size_t>(count) * body_bytes; // 36 MB, and what is around them

// On PostgreSQL with what is on its way to the server.
std::size_t little(const database& db) {
    return market::is_postgres(db) ? 8u << 20 : 4u << 20;
}

tick tick_with(std::int64_t number, std::size_t bytes) {
    tick t;
    t.number = number;
    t.body.assign(bytes, static_cast<char>('a' + number % 26));
    return t;
}
tick tick_of(std::int64_t number) {
    return tick_with(number, body_bytes);
}

// Made one by one: there is never more than one of them.
auto ticks(std::int64_t first = 0, std::int64_t last = count) {
    return std::views::iota(first, last) | std::views::transform(tick_of);
}

// What the process has grown by, at its largest, since this was made.
class growth {
public:
    growth() {
        support::reset_largest();
        before_ = support::resident_bytes();
    }
    [[nodiscard]] std::size_t bytes() const {
        return support::largest_resident_bytes() - std::min(before_, support::largest_resident_bytes());
    }

private:
    std::size_t before_ = 0;
};

// Runs body(db) on each engine; on SQLite through small caches, with none of the file mapped: mapped pages count as the
// process's.
template <class Body>
void on_ticks(Body body) {
    hawser::open_options options;
    options.statement_timeout = std::chrono::minutes(5);
    options.sqlite = {.durability = hawser::durability::normal,
                      .readers = 1,
                      .cache_kib = 512,
                      .reader_mmap_bytes = 0,
                      .hold_total = std::chrono::minutes(5)};
    auto warm = [&](database db) -> task<> {
        auto few = ticks(-1000, 0); // buffers and statements that stay
        co_await repository<tick>{db}.copy_in(few);
        co_await body(db);
    };
    market::on_each_with<tick>(support::each_engine(), warm, options);
}

void check_little(const database& db, const char* what, const growth& since, std::size_t more = 0) {
    const std::size_t grown = since.bytes();
    INFO(what << ": " << grown << " bytes for " << all_bytes << " bytes of text");
    CHECK((!support::memory_is_its_own || grown < little(db) + more));
}

} // namespace

TEST_CASE("300,000 rows of a range are copied in at once through little memory", "[db]") {
    on_ticks([](database db) -> task<> {
        auto rows = ticks();
        const growth seen;
        const std::int64_t copied = co_await repository<tick>{db}.copy_in(rows);
        check_little(db, "copy_in", seen);
        CHECK(copied == count);
    });
}

TEST_CASE("300,000 rows of a span are stored at once in little more than the span", "[db]") {
    on_ticks([](database db) -> task<> {
        std::vector<tick> rows;
        std::ranges::copy(ticks(), std::back_inserter(rows));
        const growth seen;
        const std::int64_t copied = co_await repository<tick>{db}.copy_in(rows);
        check_little(db, "copy_in", seen);
        CHECK(copied == count);
    });
}

TEST_CASE(
    "100,000 long rows are inserted, updated, upserted and erased at once in little more than their keys",
    "[db]") {
    on_ticks([](database db) -> task<> {
        constexpr std::int64_t some = count / 3;
        constexpr auto key_bytes = static_cast<std::size_t>(some) * sizeof(std::int64_t);
        constexpr std::size_t table_of_keys = 4 * key_bytes; // that finds those that are there twice
        const repository<tick> all{db};
        std::vector<tick> rows;
        for (std::int64_t i = 0; i < some; ++i) rows.push_back(tick_with(i, 3 * body_bytes));
        const growth inserting;
        const std::vector<std::int64_t> ids = co_await all.bulk_insert(rows);
        check_little(db, "bulk_insert", inserting, key_bytes);
        REQUIRE(ids.size() == rows.size());
        for (std::size_t i = 0; i < ids.size(); ++i) rows[i].id = ids[i];
        const growth updating;
        const auto missed = co_await all.bulk_update(rows);
        check_little(db, "bulk_update", updating, table_of_keys);
        CHECK(missed.empty());
        const growth upserting;
        const hawser::upsert_counts upserted = co_await all.bulk_upsert(rows);
        check_little(db, "bulk_upsert", upserting, table_of_keys);
        CHECK(upserted.updated == some);
        const growth erasing;
        const std::int64_t erased = co_await all.bulk_erase(ids);
        check_little(db, "bulk_erase", erasing);
        CHECK(erased == some);
    });
}

TEST_CASE("300,000 rows are streamed through little memory", "[db]") {
    on_ticks([](database db) -> task<> {
        const repository<tick> all{db};
        auto made = ticks();
        co_await all.copy_in(made);
        const growth seen;
        auto rows = all.order_by(hawser::asc<&tick::id>).stream();
        std::int64_t streamed = 0;
        while (const tick* t = co_await rows.next()) streamed += t->body.size() == body_bytes ? 1 : 0;
        check_little(db, "stream", seen);
        CHECK(streamed == count + 1000);
    });
}
