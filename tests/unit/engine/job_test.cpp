#include "support/catch.hpp"
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <hawser/async/task.hpp>
#include <hawser/core/error.hpp>
#include <hawser/engine/job.hpp>
#include <set>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using hawser::errc;
using hawser::task;
using namespace hawser::engine;
using namespace std::chrono_literals;

namespace {

errc kind_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const hawser::error& e) { return e.kind(); }
}

class deaf final : public job::canceller {
public:
    void cancel(job&, asio::cancellation_type type) noexcept override { told = type; }
    void abandon(job&) noexcept override { ++abandoned; }
    asio::cancellation_type told = asio::cancellation_type::none;
    int abandoned = 0;
};

} // namespace

TEST_CASE("a job is started once, and finished once by whoever runs it", "[engine]") {
    const job_ptr j = job::make();
    CHECK(j->queued());
    CHECK(j->start());
    CHECK_FALSE(j->start());
    CHECK(j->running());
    CHECK(j->finish_running());
    CHECK_FALSE(j->finish_running());
    CHECK_FALSE(j->abandon());
    CHECK_FALSE(j->abandoned());
}

TEST_CASE("a job that is finished in the queue is not started, and keeps the first reason", "[engine]") {
    const job_ptr j = job::make();
    CHECK(j->finish_queued(hawser::make_error(errc::cancelled, "first")));
    CHECK_FALSE(j->finish_queued(hawser::make_error(errc::closed, "second")));
    CHECK_FALSE(j->start());
    CHECK(kind_of(j->failure) == errc::cancelled);
}

TEST_CASE("the answer of an abandoned job is nobody's", "[engine]") {
    const job_ptr j = job::make();
    CHECK_FALSE(j->abandon());
    CHECK(j->start());
    CHECK(j->abandon());
    CHECK(j->abandoned());
    CHECK_FALSE(j->finish_running());
}

TEST_CASE("a recycled job keeps nothing of the old one", "[engine]") {
    auto owned = std::make_shared<int>(7);
    const std::weak_ptr<int> watched = owned;
    deaf canceller;
    job* address = nullptr;
    {
        const job_ptr j = job::make();
        address = j.get();
        j->what = verb::savepoint;
        j->batch.mode = batch_mode::read;
        j->batch.requests.emplace_back().generates_key = true;
        j->batch.values.text("a value");
        j->batch.owned.push_back(std::move(owned));
        j->due = hawser::clock::now();
        j->name = "old";
        j->text = "select 1";
        j->level = 3;
        j->modes = {hawser::isolation::serializable, true, true};
        j->long_running = true;
        j->weight = 100;
        j->failure = hawser::make_error(errc::busy, "old");
        j->submitted = hawser::clock::now();
        j->round_trips = 2;
        j->runner = &canceller;
        REQUIRE(j->start());
    }
    CHECK(watched.expired());
    const job_ptr j = job::make();
    REQUIRE(j.get() == address);
    CHECK(j->queued());
    CHECK(j->what == verb::run);
    CHECK(j->batch.mode == batch_mode::atomic);
    CHECK(j->batch.requests.empty());
    CHECK(j->batch.values.size() == 0);
    CHECK(j->batch.owned.empty());
    CHECK_FALSE(j->on);
    CHECK(j->due == hawser::no_deadline);
    CHECK(j->name.empty());
    CHECK(j->text.empty());
    CHECK(j->level == 0);
    CHECK(j->modes.isolation == hawser::isolation::default_);
    CHECK_FALSE(j->modes.read_only);
    CHECK_FALSE(j->modes.deferrable);
    CHECK_FALSE(j->long_running);
    CHECK(j->weight == 0);
    CHECK_FALSE(j->failure);
    CHECK(j->submitted == hawser::clock::time_point{});
    CHECK(j->round_trips == 0);
    CHECK(j->runner.load() == nullptr);
}

TEST_CASE("jobs that live at the same time are different ones, however many", "[engine]") {
    for (int round = 0; round < 2; ++round) {
        std::vector<job_ptr> jobs(600);
        std::set<job*> addresses;
        for (auto& j : jobs) addresses.insert((j = job::make()).get());
        CHECK(addresses.size() == jobs.size());
    }
}

TEST_CASE("a job that owns another may be the last to hold it", "[engine]") {
    const job_ptr outer = job::make();
    outer->batch.owned.push_back(std::make_shared<job_ptr>(job::make()));
    SUCCEED();
}

TEST_CASE("a job may be released by another thread than the one that made it", "[engine][concurrency]") {
    for (int round = 0; round < 20; ++round) {
        std::vector<job_ptr> jobs(300);
        for (auto& j : jobs) j = job::make();
        std::thread([taken = std::move(jobs)]() mutable { taken.clear(); }).join();
    }
    CHECK(job::make()->queued());
}

TEST_CASE("any cancellation ends a queued job as cancelled", "[engine]") {
    const auto type = GENERATE(asio::cancellation_type::total, asio::cancellation_type::partial,
                               asio::cancellation_type::terminal);
    asio::io_context io;
    asio::cancellation_signal signal;
    const job_ptr j = job::make();
    bool ended = false;
    asio::co_spawn(
        io,
        [&]() -> task<> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await hawser::async::wait(*j, [] {});
        },
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
    io.poll();
    signal.emit(type);
    io.run();
    CHECK(ended);
    CHECK(kind_of(j->failure) == errc::cancelled);
    CHECK_FALSE(j->start());
}

TEST_CASE("a running job leaves a cancellation to whoever runs it", "[engine]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    const job_ptr j = job::make();
    deaf runner;
    bool ended = false;
    asio::co_spawn(
        io, [&]() -> task<> { co_await hawser::async::wait(*j, [] {}); },
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
    io.poll();
    j->runner = &runner;
    REQUIRE(j->start());
    signal.emit(asio::cancellation_type::terminal);
    io.poll();
    CHECK(runner.told == asio::cancellation_type::terminal);
    CHECK_FALSE(ended);
    REQUIRE(j->finish_running());
    deliver(*j);
    io.run();
    CHECK(ended);
    CHECK_FALSE(j->failure);
}

TEST_CASE("a queued job whose context is destroyed is never started, a running one is told to its runner",
          "[engine]") {
    const job_ptr queued = job::make();
    const job_ptr running = job::make();
    deaf runner;
    {
        asio::io_context io;
        const auto wait_on = [](job_ptr j) -> task<> { co_await hawser::async::wait(*j, [] {}); };
        asio::co_spawn(io, wait_on(queued), asio::detached);
        asio::co_spawn(io, wait_on(running), asio::detached);
        io.poll();
        running->runner = &runner;
        REQUIRE(running->start());
    }
    CHECK_FALSE(queued->start());
    CHECK(runner.abandoned == 1);
    CHECK(running->finish_running());
    deliver(*running);
}
