// SQLite's own count of the pages that the writer has spilled, taken on its thread while it works.
#include "support/catch.hpp"
#include "support/connections.hpp"
#include "support/test_database.hpp"
#include <algorithm>
#include <atomic>
#include <hawser/db/run.hpp>
#include <hawser/hawser.hpp>

using namespace support;
using hawser::col;
using hawser::errc;
using hawser::task;

namespace {

struct page {
    std::int64_t id{};
    std::int64_t n{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(page, (), (id, n, body))
consteval auto hawser_table(hawser::of<page>) {
    return hawser::table<page>("pages", hawser::primary_key<&page::id>);
}

// Counts at the end of every statement of the writer.
struct spill_watch final : hawser::observer {
    void on(const hawser::statement_ended& e) noexcept override {
        if (!e.sql.starts_with("select")) count();
    }
    void on(const hawser::group_committed&) noexcept override { count(); }
    void on(const hawser::transaction_ended&) noexcept override { count(); }
    void count() noexcept {
        if (sqlite3* const writer = connections::writer()) spilled = connections::spilled(writer);
        ++counted;
    }
    std::atomic<int> spilled{0};
    std::atomic<int> counted{0};
};

// A file whose cache holds a tenth of its pages.
template <class Body>
void on_pages(Body body) {
    const temporary_folder folder;
    const connections seen;
    spill_watch watch;
    const std::string url = "sqlite:" + folder.file("pages.db");
    const auto all = [&]() -> task<> {
        const hawser::open_options options{.sqlite = {.readers = 1, .cache_kib = 64}, .observer = &watch};
        hawser::database db = co_await hawser::open(url, options);
        co_await db.create_tables<page>();
        std::vector<page> rows(300);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].id = static_cast<std::int64_t>(i) + 1;
            rows[i].body.assign(3000, 'x');
        }
        for (page& p : rows) co_await hawser::repository<page>{db}.insert(p);
        co_await body(db, watch);
        co_await db.close();
    };
    hawser::run(all());
}

const auto one_more = hawser::set<&page::n>(col<&page::n> + 1);

task<errc> failed_unit(hawser::executor_ref on) {
    hawser::unit_of_work unit{on};
    unit.update<page>(col<&page::id> > 0, one_more);
    unit.update<page>(col<&page::id> > 150, one_more);
    unit.expect<page>(col<&page::n> < 0, 1);
    const auto r = co_await hawser::as_result(unit.commit());
    co_return r.has_error() ? r.error().kind() : errc{};
}

struct undone : std::exception {};

} // namespace

TEST_CASE("whatever a group, a transaction or a script changes and undoes, the writer spills no page",
          "[sqlite]") {
    on_pages([](hawser::database db, spill_watch& watch) -> task<> {
        hawser::repository<page> pages{db};
        co_await pages.update(hawser::all_rows, one_more);
        const errc alone = co_await failed_unit(db);
        CHECK(alone == errc::precondition_failed);
        const auto spoil = [](hawser::transaction& sp) -> task<> {
            co_await hawser::repository<page>{sp}.update(hawser::all_rows, one_more);
            throw undone{};
        };
        const auto body = [&](hawser::transaction& tx) -> task<> {
            co_await hawser::repository<page>{tx}.update(hawser::all_rows, one_more);
            try {
                co_await tx.savepoint(spoil);
            } catch (const undone&) {}
            const errc inside = co_await failed_unit(tx);
            CHECK(inside == errc::precondition_failed);
        };
        co_await db.transaction(body);
        const std::int64_t n = co_await db.query_one<std::int64_t, "select sum(n) from pages">();
        CHECK(n == 600);
        CHECK(watch.counted > 300);
        CHECK(watch.spilled == 0);
    });
}

TEST_CASE("an atomic bulk call spills, and the savepoints behind it are safe again", "[sqlite]") {
    on_pages([](hawser::database db, spill_watch& watch) -> task<> {
        hawser::repository<page> pages{db};
        auto rows = co_await pages.all();
        for (page& p : rows) p.body.back() = 'y'; // else SQLite dirties nothing
        co_await pages.bulk_update(rows);
        const int during = watch.spilled;
        CHECK(during > 100);
        const errc behind = co_await failed_unit(db);
        CHECK(behind == errc::precondition_failed);
        co_await pages.update(hawser::all_rows, one_more);
        CHECK(watch.spilled == during);
    });
}
