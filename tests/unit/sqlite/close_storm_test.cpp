// Close against everything that can be under way at once.
#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/test_database.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <set>
#include <thread>

namespace asio = boost::asio;
using namespace support;
using namespace std::chrono_literals;
using hawser::errc;
using hawser::task;

namespace {

constexpr const char* endless_sql =
    "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";

// Calls under way, each on a strand of its own, and what has become of them.
class storm {
public:
    explicit storm(io_threads& io) : io_(io) {}

    void start(task<> work) {
        ++started_;
        auto& c = calls_.emplace_back(io_.executor());
        auto run = [](task<> inner) -> task<> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await std::move(inner);
        };
        asio::co_spawn(c.strand, run(std::move(work)),
                       asio::bind_cancellation_slot(c.signal.slot(), [this](std::exception_ptr e) {
                           ++ended_;
                           note(e);
                       }));
    }
    // From the call's own strand, as Asio asks for it.
    void cancel_some() {
        for (std::size_t i = 0; i < calls_.size(); i += 3) {
            call& c = calls_[i];
            asio::post(c.strand, [&c] { c.signal.emit(asio::cancellation_type::terminal); });
        }
    }
    [[nodiscard]] int started() const { return started_; }
    [[nodiscard]] int ended() const { return ended_; }
    [[nodiscard]] std::set<errc> kinds() const {
        std::lock_guard lock(mutex_);
        return kinds_;
    }

private:
    struct call {
        explicit call(asio::io_context::executor_type on) : strand(on) {}
        asio::strand<asio::io_context::executor_type> strand;
        asio::cancellation_signal signal;
    };
    void note(const std::exception_ptr& e) {
        if (!e) return;
        std::lock_guard lock(mutex_);
        try {
            std::rethrow_exception(e);
        } catch (const hawser::error& failure) {
            kinds_.insert(failure.kind());
        } catch (const boost::system::system_error&) {} // cancelled between two calls
    }

    io_threads& io_;
    std::deque<call> calls_;
    int started_ = 0;
    std::atomic<int> ended_{0};
    mutable std::mutex mutex_;
    std::set<errc> kinds_;
};

task<> insert(engine_ptr e, int id, std::atomic<int>& acknowledged) {
    const question q = write("insert into t values (?1)", id);
    co_await send(std::move(e), q.job);
    ++acknowledged;
}
task<> read_for_ever(engine_ptr e) {
    const question q = read(endless_sql);
    co_await send(std::move(e), q.job);
}
task<> dawdle(engine_ptr e) {
    const auto lease = e->make_lease("dawdler", false);
    const question start = begin(lease);
    co_await send(e, start.job);
    const question q = on_lease(lease, write("insert into t values (-1)"));
    co_await send(e, q.job);
    const question again = on_lease(lease, read(endless_sql));
    co_await send(e, again.job);
}
task<> close_it(engine_ptr e) {
    const auto done = hawser::engine::job::make();
    const auto start = [&e, &done] {
        const auto engine = e;
        auto mine = done;
        engine->close(std::move(mine));
    };
    co_await hawser::async::wait(*done, start);
}

// Within a generous time.
template <class Condition>
bool comes_true(Condition holds) {
    const auto patience = std::chrono::steady_clock::now() + 30s;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > patience) return false;
        std::this_thread::yield();
    }
    return true;
}

// What keeps the writer while callers come.
enum class obstacle { none, lock, transaction, disk };

} // namespace

TEST_CASE("close in the midst of a full queue, waits for locks, endless reads and cancellations answers all",
          "[sqlite][concurrency]") {
    const auto in_the_way = GENERATE(obstacle::none, obstacle::lock, obstacle::transaction, obstacle::disk);
    for (int round = 0; round < 5; ++round) {
        hawser::sqlite::settings s;
        s.queue_jobs = 16;
        s.readers = 2;
        s.busy_timeout = 1h;
        s.close_after = 20ms;
        s.hold_total = s.hold_idle = 1h;
        failing_disk disk;
        test_database db(s);
        db.run("create table t (id integer primary key)");
        raw_sqlite other = db.raw();
        std::atomic<int> acknowledged{0};
        std::set<errc> kinds;
        int started = 0;
        int ended = 0;
        {
            io_threads io(4);
            storm all(io);
            if (in_the_way == obstacle::transaction) all.start(dawdle(db.engine));
            for (int i = 0; i < 3; ++i) all.start(read_for_ever(db.engine));
            db.seen.wait_for_start("recursive");
            if (in_the_way == obstacle::lock) other.exec("begin immediate");
            if (in_the_way == obstacle::disk) disk.hold(failing_disk::call::sync, failing_disk::file::log);
            for (int i = 0; i < 100; ++i) all.start(insert(db.engine, i, acknowledged));
            if (in_the_way != obstacle::none)
                CHECK(comes_true([&] { return db.engine->room().count().waiting > 60; }));
            if (in_the_way == obstacle::lock) {
                const auto asks = [&] { return disk.count(failing_disk::call::lock); };
                const auto before = asks();
                CHECK(comes_true([&] { return asks() > before + 3; }));
            }
            if (round % 2 == 0) {
                all.cancel_some();
                if (in_the_way != obstacle::none)
                    CHECK(comes_true([&] { return all.kinds().contains(errc::cancelled); }));
            }
            asio::co_spawn(io.executor(), close_it(db.engine), asio::detached);
            if (round % 2 != 0) all.cancel_some();
            if (in_the_way == obstacle::disk) {
                CHECK(comes_true([&] { return all.kinds().contains(errc::closed); }));
                disk.wait_until_held();
                disk.let_go();
            }
            io.join();
            kinds = all.kinds();
            started = all.started();
            ended = all.ended();
        }
        CHECK(ended == started);
        for (const errc kind : kinds)
            CHECK((kind == errc::closed || kind == errc::cancelled || kind == errc::busy));
        CHECK(kinds.contains(errc::closed));
        if (in_the_way == obstacle::lock) CHECK(acknowledged == 0);
        if (in_the_way == obstacle::disk) CHECK(acknowledged > 0);
        CHECK(db.engine->room().count().inside == 0);
        CHECK(db.engine->room().count().waiting == 0);
        CHECK(db.engine->room().count().bytes == 0);
        if (in_the_way == obstacle::lock) other.exec("rollback");
        CHECK(other.integer("select count(*) from t") == acknowledged);
        CHECK(other.text("pragma integrity_check") == "ok");
    }
}
