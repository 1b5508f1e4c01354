// What a program does in its completion handlers is its own affair: whoever blocks there blocks nobody else.
#include "on_each_market.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

using namespace market;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// One database, two programs' contexts.
struct two_contexts {
    two_contexts(const support::fresh_place& at, const hawser::open_options& options)
        : db(hawser::run(hawser::open(at.url(), options))) {
        hawser::run(db.create_tables<position, trade, prediction>());
    }
    ~two_contexts() { hawser::run(db.close()); }
    two_contexts(const two_contexts&) = delete;
    two_contexts& operator=(const two_contexts&) = delete;

    hawser::database db;
};

// Inserts, and then sleeps where it was resumed.
task<> insert_and_block(hawser::database db, int n, std::atomic<int>& blocked,
                        std::shared_future<void> until) {
    position p = make_position("A" + std::to_string(n));
    co_await hawser::repository<position>{db}.insert(p);
    ++blocked;
    blocked.notify_one();
    until.wait();
}

task<> write_and_read(hawser::database db, int n) {
    hawser::repository<position> positions{db};
    position p = make_position("B" + std::to_string(n));
    co_await positions.insert(p);
    const position seen = co_await positions.get(p.id);
    if (seen.symbol != p.symbol) throw std::logic_error("the row is not there");
    const auto body = [&](hawser::transaction& tx) -> task<> {
        p.quantity = n;
        co_await hawser::repository<position>{tx}.update(p);
    };
    co_await db.transaction(body);
}

hawser::open_options either_writer(const support::fresh_place& at) {
    hawser::open_options o;
    if (!at.on_postgres())
        o.sqlite.writer = GENERATE(hawser::writer_mode::thread, hawser::writer_mode::inline_);
    return o;
}

} // namespace

TEST_CASE("handlers that block hold up neither the writer nor readers nor another context",
          "[db][concurrency]") {
    support::on_each_engine([&](const support::fresh_place& at) {
        two_contexts m(at, either_writer(at));
        std::promise<void> release;
        const std::shared_future<void> until = release.get_future().share();
        std::atomic<int> blocked{0};
        {
            support::io_threads theirs(1);
            support::io_threads ours(2);
            // Answered together: the first to be resumed keeps its thread, the others wait behind it.
            for (int i = 0; i < 20; ++i)
                asio::co_spawn(theirs.executor(), insert_and_block(m.db, i, blocked, until), asio::detached);
            blocked.wait(0);
            std::vector<std::future<void>> all;
            for (int i = 0; i < 50; ++i)
                all.push_back(asio::co_spawn(ours.executor(), write_and_read(m.db, i), asio::use_future));
            const auto patience = std::chrono::steady_clock::now() + 60s;
            std::size_t done = 0;
            for (auto& f : all) done += f.wait_until(patience) == std::future_status::ready ? 1 : 0;
            CHECK(blocked == 1);
            release.set_value();
            REQUIRE(done == all.size());
            for (auto& f : all) CHECK_NOTHROW(f.get());
        }
        const auto count = hawser::run(hawser::repository<position>{m.db}.count());
        CHECK(count == 70);
    });
}

TEST_CASE("a handler that blocks gives the room of its call back before", "[db][concurrency]") {
    support::on_each_engine([&](const support::fresh_place& at) {
        hawser::open_options o = either_writer(at);
        o.sqlite.queue_jobs = o.postgres.queue_jobs = 2; // or those that block would fill it
        two_contexts m(at, o);
        std::promise<void> release;
        const std::shared_future<void> until = release.get_future().share();
        std::atomic<int> blocked{0};
        {
            support::io_threads theirs(4);
            support::io_threads ours(1);
            for (int i = 0; i < 4; ++i)
                asio::co_spawn(theirs.executor(), insert_and_block(m.db, i, blocked, until), asio::detached);
            blocked.wait(0);
            auto last = asio::co_spawn(ours.executor(), write_and_read(m.db, 1), asio::use_future);
            const bool done = last.wait_for(60s) == std::future_status::ready;
            release.set_value();
            REQUIRE(done);
            CHECK_NOTHROW(last.get());
        }
    });
}

TEST_CASE("work that is sent and then blocked behind does not keep another's work", "[db][concurrency]") {
    const bool reads = GENERATE(false, true);   // what is sent
    const bool strands = GENERATE(false, true); // of one context with two threads
    support::on_each_engine([&](const support::fresh_place& at) {
        two_contexts m(at, either_writer(at));
        INFO((reads ? "reads" : "writes") << (strands ? " on strands" : " on contexts"));
        std::promise<void> release;
        const std::shared_future<void> until = release.get_future().share();
        std::atomic<int> blocked{0};
        std::atomic<std::size_t> sent{0};
        const auto send_one = [&](hawser::database db) -> task<> {
            if (reads)
                co_await hawser::repository<position>{db}.find(1);
            else
                co_await write_and_read(db, 100);
        };
        const auto send_and_block = [&](hawser::database db) -> task<> {
            position first = make_position("F");
            co_await hawser::repository<position>{db}.insert(first);
            const auto here = co_await asio::this_coro::executor;
            asio::co_spawn(here, send_one(db), asio::detached);
            sent = db.get().database->engine->room().count().inside;
            ++blocked;
            blocked.notify_one();
            until.wait();
        };
        {
            support::io_threads theirs(strands ? 2 : 1);
            support::io_threads others(1);
            asio::any_io_executor blocks = theirs.executor();
            asio::any_io_executor ours = others.executor();
            if (strands) {
                blocks = asio::make_strand(theirs.executor());
                ours = asio::make_strand(theirs.executor());
            }
            asio::co_spawn(blocks, send_and_block(m.db), asio::detached);
            blocked.wait(0);
            auto last = asio::co_spawn(ours, write_and_read(m.db, 1), asio::use_future);
            const bool done = last.wait_for(60s) == std::future_status::ready;
            release.set_value();
            CHECK(sent == 1);
            CHECK(done);
            CHECK_NOTHROW(last.get());
        }
    });
}
