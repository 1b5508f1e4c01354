#include "fixture.hpp"
#include "support/threads.hpp"
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;
namespace asio = boost::asio;

namespace {

task<int> seven() {
    co_return 7;
}
task<std::thread::id> where_am_i() {
    co_return std::this_thread::get_id();
}
task<> fail() {
    throw std::runtime_error("mine");
    co_return;
}
// Ends only by cancellation; says when it has begun.
task<> for_ever(std::promise<void>& begun) {
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    begun.set_value();
    co_await timer.async_wait(asio::use_awaitable);
}

template <class Wait>
hawser::error complaint(Wait wait) {
    try {
        wait();
    } catch (const hawser::error& e) { return e; }
    throw std::logic_error("expected an error");
}

// On a thread of the executor: hawser::wait is refused there.
template <class Executor>
bool is_refused_on(const Executor& thread_of, const asio::any_io_executor& on) {
    std::promise<bool> refused;
    asio::post(thread_of, [&] {
        try {
            refused.set_value(hawser::wait(on, seven()) != 7);
        } catch (const hawser::error& e) { refused.set_value(e.kind() == errc::misuse); }
    });
    return refused.get_future().get();
}

} // namespace

TEST_CASE("a foreign thread gets the value, the end or the exception of a task on a running context",
          "[db][wait][concurrency]") {
    support::io_threads io(2);
    CHECK(hawser::wait(io.executor(), seven()) == 7);
    CHECK(hawser::wait(io.context(), seven()) == 7);
    CHECK(hawser::wait(asio::make_strand(io.executor()), seven()) == 7);
    CHECK(hawser::wait(asio::any_io_executor(io.executor()), seven(), 10s) == 7);
    CHECK(hawser::wait(io.executor(), where_am_i()) != std::this_thread::get_id());
    CHECK_THROWS_WITH(hawser::wait(io.executor(), fail()), "mine");
    CHECK_THROWS_WITH(hawser::wait(io.executor(), fail(), 10s), "mine");
    asio::thread_pool pool(2);
    CHECK(hawser::wait(pool, seven()) == 7);
    CHECK(hawser::wait(pool.get_executor(), seven(), 10s) == 7);
    CHECK(hawser::wait(asio::system_executor(), seven()) == 7);
}

TEST_CASE("waiting threads use one database", "[db][wait][concurrency]") {
    support::temporary_folder folder;
    support::io_threads io(2);
    hawser::database db = hawser::wait(io.executor(), hawser::open("sqlite:" + folder.file("x.db")));
    hawser::wait(io.executor(), db.create_tables<position>());
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int n = 0; n < 4; ++n)
        threads.emplace_back([&, n] {
            hawser::repository<position> positions{db};
            for (int i = 0; i < 10; ++i) {
                position p = make_position("S" + std::to_string(n) + "." + std::to_string(i));
                hawser::wait(io.executor(), positions.insert(p));
                const auto back = hawser::wait(io.executor(), positions.find(p.id), 10s);
                if (!back || back->symbol != p.symbol) ++wrong;
            }
        });
    for (auto& t : threads) t.join();
    CHECK(wrong == 0);
    CHECK(hawser::wait(io.executor(), hawser::repository<position>{db}.count()) == 40);
    hawser::wait(io.executor(), db.close());
}

TEST_CASE("on the executor's own threads it is refused, whatever the executor is called",
          "[db][wait][concurrency]") {
    support::io_threads io(1);
    asio::thread_pool pool(1);
    const auto strand = asio::make_strand(io.executor());
    const auto pool_strand = asio::make_strand(pool.get_executor());
    const asio::any_io_executor any = io.executor();
    const auto any_strand = asio::make_strand(any);
    for (const asio::any_io_executor& on :
         {any, asio::any_io_executor(strand), asio::any_io_executor(any_strand),
          asio::any_io_executor(asio::prefer(io.executor(), asio::execution::outstanding_work.tracked))}) {
        CHECK(is_refused_on(io.executor(), on));
        CHECK(is_refused_on(strand, on));
    }
    CHECK(is_refused_on(pool.get_executor(), pool.get_executor()));
    CHECK(is_refused_on(pool.get_executor(), pool_strand));
    CHECK(is_refused_on(pool_strand, pool.get_executor()));
    CHECK_FALSE(is_refused_on(pool.get_executor(), io.executor()));
    CHECK_FALSE(is_refused_on(io.executor(), pool.get_executor()));
    const auto e = complaint([&] {
        auto inside = [](support::io_threads& own) -> task<int> {
            co_return hawser::wait(own.executor(), seven());
        };
        hawser::wait(io.executor(), inside(io));
    });
    CHECK(e.kind() == errc::misuse);
    CHECK_THAT(e.what(), support::contains_text("co_await the task there"));
}

TEST_CASE("a context that is stopped ends the wait", "[db][wait][concurrency]") {
    auto io = std::make_unique<asio::io_context>();
    auto busy = asio::make_work_guard(*io); // until the task is there
    std::promise<void> begun;
    auto waiter = std::async(
        std::launch::async, [&] { return complaint([&] { hawser::wait(*io, for_ever(begun)); }).message(); });
    std::thread worker([&] { io->run(); });
    begun.get_future().wait();
    io->stop();
    worker.join();
    CHECK_THAT(waiter.get(), support::contains_text("stopped"));
}

// Not under ThreadSanitizer: the waiter may still be on its way out of the post that the context has carried out.
TEST_CASE("a context that is destroyed ends the wait", "[db][wait]") {
    std::promise<void> again;
    auto io = std::make_unique<asio::io_context>();
    const auto executor = io->get_executor();
    auto guard = asio::make_work_guard(*io);
    auto waiter = std::async(std::launch::async, [&] {
        return complaint([&] { hawser::wait(executor, for_ever(again)); }).message();
    });
    auto started = again.get_future();
    while (started.wait_for(0s) != std::future_status::ready) io->run_one_for(1ms);
    guard.reset();
    io.reset();
    CHECK_THAT(waiter.get(), support::contains_text("destroyed"));
}

TEST_CASE("a deadline cancels the task, and a context that nobody runs cannot outlast it",
          "[db][wait][concurrency]") {
    support::io_threads io(2);
    std::promise<void> begun;
    const auto cancelled = complaint([&] { hawser::wait(io.executor(), for_ever(begun), 5ms); });
    CHECK(cancelled.kind() == errc::statement_timeout);
    CHECK_THAT(cancelled.what(), support::contains_text("cancelled at its deadline"));

    asio::io_context idle;
    bool ran = false;
    auto note = [](bool& r) -> task<> {
        r = true;
        co_return;
    };
    const auto late = complaint([&] { hawser::wait(idle, note(ran), 5ms); });
    CHECK(late.kind() == errc::statement_timeout);
    CHECK_THAT(late.what(), support::contains_text("had not begun"));
    idle.run();
    CHECK_FALSE(ran);
}

TEST_CASE("wait with the longest timeout waits as one without", "[db][concurrency]") {
    asio::thread_pool pool(1);
    CHECK(hawser::wait(pool, seven(), std::chrono::milliseconds::max()) == 7);
    pool.join();
}
