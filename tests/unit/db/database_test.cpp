#include "on_each_market.hpp"
#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sqlite3.h>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;
namespace asio = boost::asio;

TEST_CASE("a new file and its folders are made, and the rows are there the next time", "[db]") {
    support::temporary_folder folder;
    const std::string url = "sqlite:" + folder.file("deep/er/market.db");
    auto write = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url);
        co_await db.create_tables<position>();
        position p = make_position("P");
        co_await hawser::repository<position>{db}.insert(p);
        co_await db.close();
    };
    auto read = [&]() -> task<std::int64_t> {
        hawser::database db = co_await hawser::open(url);
        co_await db.create_tables<position>();
        co_return co_await hawser::repository<position>{db}.count();
    };
    hawser::run(write());
    CHECK_FALSE(std::filesystem::exists(folder.file("deep/er/market.db-wal")));
    CHECK(hawser::run(read()) == 1);
}

TEST_CASE("while a file is being opened the context goes on", "[db][concurrency]") {
    support::temporary_folder folder;
    const std::string file = folder.file("market.db");
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &other) == SQLITE_OK);
    // A file with another journal is ours only when nobody is in it.
    REQUIRE(sqlite3_exec(other, "create table t (a); begin exclusive", nullptr, nullptr, nullptr) ==
            SQLITE_OK);
    asio::io_context io;
    bool released = false;
    auto open = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite:" + file);
        CHECK(released);
        co_await db.close();
    };
    auto opened = asio::co_spawn(io, open(), asio::use_future);
    asio::post(io, [&] { released = sqlite3_exec(other, "commit", nullptr, nullptr, nullptr) == SQLITE_OK; });
    io.run();
    CHECK_NOTHROW(opened.get());
    sqlite3_close(other);
}

TEST_CASE("an opening that nobody waits for any more closes what it has opened", "[db][concurrency]") {
    support::temporary_folder folder;
    const std::string url = "sqlite:" + folder.file("market.db");
    auto io = std::make_unique<asio::io_context>();
    asio::co_spawn(*io, [](std::string u) -> task<> { (void)co_await hawser::open(u); }(url), asio::detached);
    io->poll_one();
    io.reset();
    auto again = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url);
        co_await db.create_tables<position>();
        co_await db.close();
    };
    hawser::run(again());
}

TEST_CASE("a database in memory has the same verbs", "[db]") {
    on_market(where::memory, [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P", 1);
        co_await positions.insert(p);
        co_await db.transaction([&](hawser::transaction& tx) -> task<> {
            co_await hawser::repository<position>{tx}.update(p.id, hawser::set<&position::note>("x"));
        });
        const auto seen1 = co_await positions.get(p.id);
        CHECK((seen1).note == "x");
        const std::vector<position> rows{make_position("A"), make_position("B")};
        const auto seen2 = co_await positions.bulk_insert(rows);
        CHECK((seen2).size() == 2);
        co_await db.ping();
    });
}

TEST_CASE("what cannot be opened is told by co_await, with the reason", "[db]") {
    support::temporary_folder folder;
    const auto failure = [](std::string url) {
        auto main = [](std::string u) -> task<hawser::error> {
            co_return co_await error_of(hawser::open(u));
        };
        return hawser::run(main(std::move(url)));
    };
    CHECK(failure("").kind() == errc::misuse);
    CHECK(failure("mysql://somewhere").kind() == errc::misuse);
    CHECK(failure("postgres://user:secret@host/db").kind() == errc::unsupported);
    CHECK(failure("sqlite:" + folder.path().string()).kind() == errc::connect_failed);
    CHECK(failure("sqlite:/proc/none/x.db").kind() == errc::connect_failed);
    std::ofstream(folder.file("text.db")) << std::string(5000, 'x');
    CHECK(failure("sqlite:" + folder.file("text.db")).kind() == errc::corrupt);
}

TEST_CASE("close is all or nothing, may be repeated, and refuses what comes later", "[db]") {
    support::on_each_engine([](const support::fresh_place& place) {
        auto main = [&]() -> task<> {
            hawser::database db = co_await hawser::open(place.url());
            co_await db.create_tables<position>();
            co_await db.close();
            co_await db.close();
            const auto seen3 = co_await error_of(db.ping());
            CHECK((seen3).kind() == errc::closed);
            position p = make_position("P");
            const auto seen4 = co_await error_of(hawser::repository<position>{db}.insert(p));
            CHECK((seen4).kind() == errc::closed);
            const auto seen5 = co_await error_of(db.begin());
            CHECK((seen5).kind() == errc::closed);
        };
        hawser::run(main());
    });
}

TEST_CASE("the writer's own pragmas promise what the design says", "[db]") {
    on_market([](hawser::database db) -> task<> {
        const auto seen6 = co_await db.query_one<std::string, "pragma journal_mode">();
        CHECK(seen6 == "wal");
        const auto seen7 = co_await db.query_one<std::int64_t, "pragma foreign_keys">();
        CHECK(seen7 == 1);
        const auto tx = co_await db.begin();
        const auto seen8 = co_await tx.query_one<std::int64_t, "pragma synchronous">();
        CHECK(seen8 == 2);
        const auto seen9 = co_await tx.query_one<std::int64_t, "pragma cache_spill">();
        CHECK(seen9 == 0);
    });
}

TEST_CASE("every operation resumes on its caller's executor", "[db][concurrency]") {
    support::on_each_engine([](const support::fresh_place& place) {
        asio::thread_pool pool(4);
        hawser::database db = hawser::run(hawser::open(place.url()));
        hawser::run(db.create_tables<position, trade, prediction>());
        std::atomic<int> strays{0};
        auto work = [&](int n, asio::strand<asio::thread_pool::executor_type> strand) -> task<> {
            hawser::repository<position> positions{db};
            for (int i = 0; i < 20; ++i) {
                position p = make_position("S" + std::to_string(n) + "." + std::to_string(i));
                co_await positions.insert(p);
                if (!strand.running_in_this_thread()) ++strays;
                const auto back = co_await positions.find(p.id);
                if (!strand.running_in_this_thread() || !back || back->symbol != p.symbol) ++strays;
            }
        };
        std::vector<std::future<void>> ends;
        for (int n = 0; n < 16; ++n) {
            auto strand = asio::make_strand(pool.get_executor());
            ends.push_back(asio::co_spawn(strand, work(n, strand), asio::use_future));
        }
        for (auto& e : ends) e.get();
        CHECK(strays == 0);
        CHECK(hawser::run(hawser::repository<position>{db}.count()) == 320);
        hawser::run(db.close());
    });
}

TEST_CASE("many strategies that add to one position lose no update", "[db][concurrency]") {
    support::on_each_engine([](const support::fresh_place& place) {
        hawser::database db = hawser::run(hawser::open(place.url()));
        hawser::run(db.create_tables<position, trade, prediction>());
        position p = make_position("P");
        hawser::run(hawser::repository<position>{db}.insert(p));
        asio::io_context context;
        std::atomic<int> failures{0};
        auto strategy = [&]() -> task<> {
            const hawser::decimal<18, 8> one = 1;
            for (int i = 0; i < 10; ++i) {
                hawser::unit_of_work unit{db};
                trade t = make_trade(p.id, "P", "2");
                unit.insert(t);
                unit.update<position>(col<&position::id> == p.id,
                                      hawser::set<&position::quantity>(col<&position::quantity> + one));
                co_await unit.commit();
            }
        };
        for (int i = 0; i < 64; ++i)
            asio::co_spawn(context, strategy(), [&](std::exception_ptr e) { failures += e ? 1 : 0; });
        std::thread second([&] { context.run(); });
        context.run();
        second.join();
        CHECK(failures == 0);
        CHECK(hawser::run(hawser::repository<position>{db}.get(p.id)).quantity ==
              hawser::decimal<18, 8>(640));
        CHECK(hawser::run(hawser::repository<trade>{db}.count()) == 640);
        hawser::run(db.close());
    });
}

TEST_CASE("a call's own deadline and name are its own", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const hawser::sql long_lasting(
            is_postgres(db)
                ? "select count(*) from pg_sleep(1)"
                : "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n");
        const auto e = co_await error_of(
            db.with({.timeout = 50ms, .name = "runaway"}).query<std::int64_t>(long_lasting));
        CHECK(e.kind() == errc::statement_timeout);
        const auto seen10 = co_await db.query_one<std::int64_t, "select 1">();
        CHECK(seen10 == 1);
        const auto named =
            co_await error_of(db.with({.name = "risk.load"}).execute(hawser::sql("select * from nowhere")));
        CHECK_THAT(std::string(named.info().statement_name), support::contains_text("risk.load"));
    });
}

TEST_CASE("as_result catches hawser::error and nothing else", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const hawser::outcome<std::int64_t> good = co_await hawser::as_result(positions.count());
        REQUIRE(good.has_value());
        CHECK(*good == 0);
        // [as-result]
        const auto bad = co_await hawser::as_result(positions.get(1));
        CHECK(bad.has_error());
        CHECK_THROWS_AS(bad.value(), hawser::not_found);
        // [/as-result]
        auto mine = []() -> task<> {
            throw std::runtime_error("mine");
            co_return;
        };
        bool through = false;
        try {
            co_await hawser::as_result(mine());
        } catch (const std::runtime_error&) { through = true; }
        CHECK(through);
    });
}
