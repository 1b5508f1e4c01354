// What is undone after a deadline has struck while a stream is open: SQLite goes on interrupting as long as any
// statement is under way, and so would whatever undoes the work.
#include "fixture.hpp"
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::sql;

namespace {

struct item {
    std::int64_t id{};
    std::int64_t n{};
};
BOOST_DESCRIBE_STRUCT(item, (), (id, n))
consteval auto hawser_table(hawser::of<item>) {
    return hawser::table<item>("items", hawser::primary_key<&item::id>);
}
struct forever {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(forever, (), (id))
consteval auto hawser_table(hawser::of<forever>) {
    return hawser::table<forever>("forever", hawser::primary_key<&forever::id>);
}

const std::string endless =
    "with recursive c(x) as (select 1 union all select x + 1 from c) select max(x) from c";

template <class Body>
void on_items(where w, Body body, const hawser::open_options& options = {}) {
    on_market(
        w,
        [&](hawser::database db) -> task<> {
            co_await db.create_tables<item>();
            co_await db.run_script("create view forever (id) as " + endless);
            std::vector<item> rows;
            for (int i = 1; i <= 100; ++i) rows.push_back({i, i});
            co_await hawser::repository<item>{db}.bulk_insert(rows);
            co_await body(db);
        },
        options);
}

task<bool> stored(hawser::database db, std::int64_t id) {
    const auto found = co_await hawser::repository<item>{db}.find(id);
    co_return found.has_value();
}

task<hawser::error> slow_unit(hawser::executor_ref on, std::int64_t id) {
    hawser::unit_of_work unit{on};
    item row{id, 0};
    unit.insert(row);
    unit.expect<forever>(hawser::col<&forever::id> > 0, 1);
    co_return co_await error_of(unit.commit({.timeout = 300ms}));
}

// Keeps a statement whose text holds "count" in its end for longer than its deadline.
struct late final : hawser::observer {
    std::atomic<bool> armed{false};
    void on(const hawser::statement_ended& e) noexcept override {
        if (e.sql.find("count") != std::string_view::npos && armed.exchange(false))
            std::this_thread::sleep_for(300ms);
    }
};

} // namespace

TEST_CASE("a unit that times out beside an open stream leaves nothing in its transaction", "[db]") {
    on_items(GENERATE(where::file, where::memory), [](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        auto rows = hawser::repository<item>{tx}.stream(10);
        (void)co_await rows.next();
        const auto e = co_await slow_unit(tx, 5000);
        CHECK(e.kind() == errc::statement_timeout);
        co_await tx.commit();
        const bool late = co_await stored(db, 5000);
        CHECK_FALSE(late);
    });
}

TEST_CASE("a script that times out beside an open stream leaves nothing in its transaction", "[db]") {
    on_items(GENERATE(where::file, where::memory), [](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.with({.timeout = 300ms}).begin();
        auto rows = hawser::repository<item>{tx}.stream(10);
        (void)co_await rows.next();
        const auto e = co_await error_of(tx.run_script("insert into items values (5000, 1);" + endless));
        CHECK(e.kind() == errc::statement_timeout);
        co_await tx.commit();
        const bool late = co_await stored(db, 5000);
        CHECK_FALSE(late);
    });
}

TEST_CASE("what a session stores behind a unit that timed out beside its stream is kept", "[db]") {
    on_items(GENERATE(where::file, where::memory), [](hawser::database db) -> task<> {
        hawser::session session = co_await db.session();
        hawser::repository<item> items{session};
        auto rows = items.stream(10);
        (void)co_await rows.next();
        const auto e = co_await slow_unit(session, 5000);
        CHECK(e.kind() == errc::statement_timeout);
        item next{6000, 1};
        co_await items.insert(next);
        co_await session.close();
        const bool late = co_await stored(db, 5000);
        CHECK_FALSE(late);
        const bool kept = co_await stored(db, 6000);
        CHECK(kept);
    });
}

TEST_CASE("a deadline that strikes behind the last row does not hit the next statement", "[db]") {
    late watch;
    on_items(where::file,
             [&](hawser::database db) -> task<> {
                 hawser::transaction tx = co_await db.with({.timeout = 100ms}).begin();
                 hawser::repository<item> items{tx};
                 auto rows = items.stream(10);
                 (void)co_await rows.next();
                 watch.armed = true;
                 (void)co_await hawser::as_result(items.count());
                 item next{6000, 1};
                 co_await items.insert(next);
                 co_await tx.commit();
                 const bool kept = co_await stored(db, 6000);
                 CHECK(kept);
             },
             {.observer = &watch});
}
