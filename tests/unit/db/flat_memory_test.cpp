// Many rows pass, little memory is taken.
#include "fixture.hpp"
#include "support/process_memory.hpp"
#include <algorithm>
#include <hawser/testing/database.hpp>
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
    return hawser::table<tick>("ticks", hawser::primary_key<&tick::id>.generated());
}

// Sanitizers are slow, and their own memory counts.
constexpr std::int64_t count = support::memory_is_its_own ? 300'000 : 10'000;
constexpr std::size_t body_bytes = 120;
constexpr std::size_t all_bytes =
    static_cast<std::size_t>(count) * body_bytes; // 36 MB, and what is around them
constexpr std::size_t little = 4u << 20;

tick tick_of(std::int64_t number) {
    tick t;
    t.number = number;
    t.body.assign(body_bytes, static_cast<char>('a' + number % 26));
    return t;
}

// Made one by one: there is never more than one of them.
auto ticks(std::int64_t last = count) {
    return std::views::iota(std::int64_t{0}, last) | std::views::transform(tick_of);
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

// Runs body(db) on a file that is read through small caches, none of it mapped: mapped pages count as the process's.
template <class Body>
void on_ticks(Body body) {
    const hawser::testing::database_options options{.sqlite = {.durability = hawser::durability::normal,
                                                               .readers = 1,
                                                               .cache_kib = 512,
                                                               .reader_mmap_bytes = 0}};
    auto main = [&]() -> task<> {
        const database db = co_await hawser::testing::temporary_database<tick>(options);
        auto few = ticks(1000); // buffers and statements that stay
        co_await repository<tick>{db}.copy_in(few);
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

} // namespace

TEST_CASE("300,000 rows of a range are copied in at once through little memory", "[db]") {
    on_ticks([](database db) -> task<> {
        auto rows = ticks();
        const growth seen;
        const std::int64_t copied = co_await repository<tick>{db}.copy_in(rows);
        const std::size_t grown = seen.bytes();
        CHECK(copied == count);
        INFO(grown << " bytes for " << all_bytes << " bytes of text");
        CHECK((!support::memory_is_its_own || grown < little));
    });
}

TEST_CASE("300,000 rows of a span are stored at once in little more than the span", "[db]") {
    on_ticks([](database db) -> task<> {
        std::vector<tick> rows;
        std::ranges::copy(ticks(), std::back_inserter(rows));
        const growth seen;
        const std::int64_t copied = co_await repository<tick>{db}.copy_in(rows);
        const std::size_t grown = seen.bytes();
        CHECK(copied == count);
        INFO(grown << " bytes for " << all_bytes << " bytes of text");
        CHECK((!support::memory_is_its_own || grown < little));
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
        const std::size_t grown = seen.bytes();
        CHECK(streamed == count + 1000);
        INFO(grown << " bytes for " << all_bytes << " bytes of text");
        CHECK((!support::memory_is_its_own || grown < little));
    });
}
