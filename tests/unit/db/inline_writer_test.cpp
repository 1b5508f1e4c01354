#include "fixture.hpp"
#include "support/raw_sqlite.hpp"
#include "support/threads.hpp"
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <hawser/observe/observer.hpp>
#include <map>
#include <mutex>
#include <set>

namespace asio = boost::asio;
using namespace market;
using hawser::errc;

namespace {

using hawser::repository;

// Remembers on which threads what has happened.
class thread_watch final : public hawser::observer {
public:
    void on(const hawser::statement_started& e) noexcept override { note(std::string(e.name)); }
    void on(const hawser::checkpointed&) noexcept override { note("checkpoint"); }
    void on(const hawser::group_committed& e) noexcept override {
        note("commit");
        std::lock_guard lock(mutex_);
        largest_ = std::max(largest_, e.jobs);
    }

    std::set<std::thread::id> threads_of(const std::string& name) const {
        std::lock_guard lock(mutex_);
        const auto at = threads_.find(name);
        return at == threads_.end() ? std::set<std::thread::id>{} : at->second;
    }
    std::size_t largest_group() const {
        std::lock_guard lock(mutex_);
        return largest_;
    }

private:
    void note(const std::string& name) {
        std::lock_guard lock(mutex_);
        threads_[name].insert(std::this_thread::get_id());
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::set<std::thread::id>> threads_;
    std::size_t largest_ = 0;
};

hawser::open_options inline_options(hawser::observer* watch = nullptr) {
    hawser::open_options o;
    o.sqlite.writer = hawser::writer_mode::inline_;
    o.observer = watch;
    return o;
}

// A file that is opened in a context of its own, and outlives it.
struct open_market {
    support::temporary_folder folder;
    std::string file = folder.file("market.db");
    thread_watch watch;
    hawser::database db;

    explicit open_market(hawser::open_options o = inline_options()) : db(open(o)) {}
    ~open_market() { hawser::run(db.close()); }

private:
    hawser::database open(hawser::open_options o) {
        o.observer = &watch;
        auto main = [&]() -> task<hawser::database> {
            hawser::database d = co_await hawser::open("sqlite:" + file, o);
            co_await d.create_tables<position, trade, prediction>();
            co_return d;
        };
        return hawser::run(main());
    }
};

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

} // namespace

TEST_CASE("inline, rows by key are written and read on the caller's thread", "[db][inline]") {
    const where w = GENERATE(where::file, where::memory);
    thread_watch watch;
    on_market(
        w,
        [&](hawser::database& db) -> task<> {
            const auto here = std::this_thread::get_id();
            repository<position> positions{db};
            // The driver's thread may still be at its last work; what comes meanwhile is its too.
            for (int i = 0; i < 1000 && !watch.threads_of("positions.insert").contains(here); ++i) {
                position p = make_position("S" + std::to_string(i), 3);
                co_await positions.insert(p);
            }
            position p = make_position("BTCUSDT", 3);
            co_await positions.insert(p);
            for (int i = 0; i < 1000 && !watch.threads_of("positions.update").contains(here); ++i)
                co_await positions.update(p);
            for (int i = 0; i < 1000 && !watch.threads_of("positions.patch").contains(here); ++i)
                co_await positions.update(p.id, hawser::set<&position::quantity>(5));
            for (int i = 0; i < 1000 && !watch.threads_of("positions.get").contains(here); ++i) {
                const position found = co_await positions.get(p.id);
                CHECK(found.quantity == 5);
            }
            for (const char* name :
                 {"positions.insert", "positions.update", "positions.patch", "positions.get"}) {
                CAPTURE(name);
                CHECK(watch.threads_of(name).contains(here));
            }
        },
        inline_options(&watch));
}

TEST_CASE("inline, whatever may take long runs on threads of the driver", "[db][inline]") {
    thread_watch watch;
    on_market(
        where::file,
        [&](hawser::database& db) -> task<> {
            const auto here = std::this_thread::get_id();
            repository<position> positions{db};
            std::vector<position> rows{make_position("BTCUSDT", 1), make_position("ETHUSDT", 2)};
            co_await positions.bulk_insert(rows);
            const auto found = co_await positions.where(col<&position::quantity> > 0).all();
            CHECK(found.size() == 2);
            co_await positions.where(col<&position::quantity> > 1).erase();
            const auto n = co_await db.query_one<std::int64_t, "select count(*) from positions">();
            CHECK(n == 1);
            for (const char* name : {"positions.select", "positions.erase_where"}) {
                CAPTURE(name);
                CHECK(watch.threads_of(name).size() == 1);
                CHECK_FALSE(watch.threads_of(name).contains(here));
            }
        },
        inline_options(&watch));
}

TEST_CASE("inline, coroutines that are resumed together share a commit", "[db][inline]") {
    open_market m;
    asio::io_context io;
    int done = 0;
    auto write = [&](int i) -> task<> {
        repository<position> positions{m.db};
        position p = make_position("S" + std::to_string(i), i);
        co_await positions.insert(p);
        ++done;
    };
    for (int i = 0; i < 200; ++i) asio::co_spawn(io, write(i), rethrow);
    io.run();
    CHECK(done == 200);
    CHECK(m.watch.largest_group() > 1);
}

TEST_CASE("inline, each coroutine reads what it has written", "[db][inline]") {
    open_market m;
    asio::io_context io;
    int right = 0;
    auto work = [&](int i) -> task<> {
        repository<position> positions{m.db};
        position p = make_position("S" + std::to_string(i), 0);
        co_await positions.insert(p);
        for (int k = 1; k <= 20; ++k) {
            co_await positions.update(p.id, hawser::set<&position::quantity>(k));
            const position found = co_await positions.get(p.id);
            right += found.quantity == k ? 1 : 0;
        }
    };
    for (int i = 0; i < 64; ++i) asio::co_spawn(io, work(i), rethrow);
    io.run();
    CHECK(right == 64 * 20);
}

TEST_CASE("inline, calls keep their order across the two threads", "[db][inline]") {
    open_market m;
    asio::io_context io;
    auto main = [&]() -> task<> {
        repository<position> positions{m.db};
        position p = make_position("BTCUSDT", 1);
        co_await positions.insert(p);
        // Both are queued before either has run.
        auto all = positions.update(hawser::all_rows, hawser::set<&position::quantity>(10));
        auto one = positions.update(p.id, hawser::set<&position::quantity>(20));
        asio::co_spawn(io, std::move(all), [](std::exception_ptr e, std::int64_t) { rethrow(e); });
        asio::co_spawn(io, std::move(one), [](std::exception_ptr e, auto&&...) { rethrow(e); });
        co_return;
    };
    asio::co_spawn(io, main(), rethrow);
    io.run();
    support::raw_sqlite raw(m.file);
    CHECK(raw.text("select quantity from positions") == "2000000000");
}

TEST_CASE("inline, an insert beside an interactive transaction waits for its end without stopping the thread",
          "[db][inline]") {
    open_market m;
    asio::io_context io;
    std::vector<std::string> order;
    auto beside = [&]() -> task<> {
        repository<position> positions{m.db};
        position b = make_position("B");
        co_await positions.insert(b);
        order.emplace_back("beside");
    };
    auto main = [&]() -> task<> {
        hawser::transaction tx = co_await m.db.begin();
        repository<position> within{tx};
        position a = make_position("A");
        co_await within.insert(a);
        asio::co_spawn(io, beside(), rethrow);
        for (int i = 0; i < 10; ++i) {
            position c = make_position("C" + std::to_string(i));
            co_await within.insert(c);
        }
        order.emplace_back("transaction");
        co_await tx.commit();
    };
    asio::co_spawn(io, main(), rethrow);
    io.run();
    CHECK(order == std::vector<std::string>{"transaction", "beside"});
    support::raw_sqlite raw(m.file);
    CHECK(raw.text("select count(*) from positions") == "12");
}

TEST_CASE("inline, a group that one member undoes is run again, each once, by the driver's thread",
          "[db][inline]") {
    open_market m;
    hawser::run(m.db.run_script("create trigger no_x before insert on positions when new.symbol = 'X' "
                                "begin select raise(rollback, 'no X'); end"));
    asio::io_context io;
    int stored = 0;
    std::vector<errc> failures;
    auto insert = [&](std::string symbol) -> task<> {
        repository<position> positions{m.db};
        position p = make_position(std::move(symbol));
        const auto r = co_await hawser::as_result(positions.insert(p));
        if (r.has_error())
            failures.push_back(r.error().kind());
        else
            ++stored;
    };
    for (int round = 0; round < 20; ++round) {
        for (const char* name : {"A", "B", "X", "C"})
            asio::co_spawn(io, insert(*name == 'X' ? "X" : name + std::to_string(round)), rethrow);
        io.run();
        io.restart();
    }
    CHECK(stored == 60);
    CHECK(failures == std::vector<errc>(20, errc::check_violation));
    support::raw_sqlite raw(m.file);
    CHECK(raw.text("select count(*) from positions") == "60");
}

TEST_CASE("inline, another process's lock is waited for on the driver's thread", "[db][inline]") {
    open_market m;
    support::raw_sqlite other(m.file);
    other.exec("begin immediate");
    asio::io_context io;
    bool ticked = false;
    bool inserted = false;
    auto insert = [&]() -> task<> {
        repository<position> positions{m.db};
        position p = make_position("BTCUSDT");
        co_await positions.insert(p);
        inserted = true;
    };
    auto tick = [&]() -> task<> {
        asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(5));
        co_await timer.async_wait(asio::deferred);
        ticked = true;
        CHECK_FALSE(inserted);
        other.exec("commit");
    };
    asio::co_spawn(io, insert(), rethrow);
    asio::co_spawn(io, tick(), rethrow);
    io.run();
    CHECK(ticked);
    CHECK(inserted);
}

TEST_CASE("inline, what a context takes with it is still done by the thread, and others go on",
          "[db][inline]") {
    open_market m;
    auto insert = [&](std::string symbol) -> task<> {
        repository<position> positions{m.db};
        position p = make_position(std::move(symbol));
        co_await positions.insert(p);
    };
    {
        asio::io_context gone;
        asio::co_spawn(gone, insert("A"), rethrow);
        gone.run_one(); // it has been sent, and its turn has not ended
    }
    asio::io_context io;
    asio::co_spawn(io, insert("B"), rethrow);
    io.run();
    support::raw_sqlite raw(m.file);
    CHECK(raw.text("select count(*) from positions where symbol = 'B'") == "1");
}

TEST_CASE("inline, the log is copied back on the driver's thread and stays small", "[db][inline]") {
    hawser::open_options o = inline_options();
    o.sqlite.durability = hawser::durability::normal;
    o.sqlite.checkpoint_frames = 50;
    o.sqlite.checkpoint_at_most = 200;
    open_market m(o);
    asio::io_context io;
    auto write = [&](int i) -> task<> {
        repository<position> positions{m.db};
        for (int k = 0; k < 100; ++k) {
            position p = make_position("S" + std::to_string(i) + "." + std::to_string(k), k);
            co_await positions.insert(p);
        }
    };
    for (int i = 0; i < 16; ++i) asio::co_spawn(io, write(i), rethrow);
    io.run();
    // The thread has been called; it comes when it is given a core.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (m.watch.threads_of("checkpoint").empty() && std::chrono::steady_clock::now() < patience)
        std::this_thread::yield();
    CHECK_FALSE(m.watch.threads_of("checkpoint").empty());
    CHECK_FALSE(m.watch.threads_of("checkpoint").contains(std::this_thread::get_id()));
}

TEST_CASE("inline, several io threads lose nothing", "[db][inline][concurrency]") {
    open_market m;
    std::atomic<int> right{0};
    auto work = [&](int i) -> task<> {
        repository<position> positions{m.db};
        for (int k = 0; k < 20; ++k) {
            position p = make_position("S" + std::to_string(i) + "." + std::to_string(k), k);
            co_await positions.insert(p);
            const position found = co_await positions.get(p.id);
            right += found.symbol == p.symbol ? 1 : 0;
        }
    };
    {
        support::io_threads io(4);
        for (int i = 0; i < 64; ++i) asio::co_spawn(io.executor(), work(i), rethrow);
    }
    CHECK(right == 64 * 20);
    support::raw_sqlite raw(m.file);
    CHECK(raw.text("select count(*) from positions") == "1280");
}

TEST_CASE("inline, closing answers everything that is queued", "[db][inline][concurrency]") {
    open_market m;
    support::io_threads io(2);
    std::atomic<int> stored{0};
    std::atomic<int> refused{0};
    auto work = [&](int i) -> task<> {
        repository<position> positions{m.db};
        for (int k = 0; k < 50; ++k) {
            position p = make_position("S" + std::to_string(i) + "." + std::to_string(k), k);
            const auto r = co_await hawser::as_result(positions.insert(p));
            if (r.has_error()) {
                refused += r.error().kind() == errc::closed ? 1 : 1000000;
                co_return;
            }
            ++stored;
        }
    };
    for (int i = 0; i < 64; ++i) asio::co_spawn(io.executor(), work(i), rethrow);
    while (stored < 100) std::this_thread::yield();
    auto closing = asio::co_spawn(io.executor(), m.db.close(), asio::use_future);
    closing.get();
    io.join();
    CHECK(refused <= 64);
    support::raw_sqlite raw(m.file);
    CHECK(raw.text("select count(*) from positions") == std::to_string(stored.load()));
}
