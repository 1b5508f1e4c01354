#include "sqlite/queue.hpp"
#include "support/catch.hpp"
#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>
#include <vector>

using hawser::engine::job;
using hawser::engine::job_ptr;
using hawser::sqlite::job_queue;

TEST_CASE("jobs are taken one by one in the order in which they were pushed", "[sqlite]") {
    job_queue q;
    std::vector<job_ptr> jobs;
    for (int i = 0; i < 5; ++i) REQUIRE(q.push(jobs.emplace_back(job::make())));
    CHECK(q.size() == 5);
    for (const auto& j : jobs) CHECK(q.take() == j);
    CHECK_FALSE(q.take());
}

TEST_CASE("who takes up to a mark takes no job that was pushed behind it", "[sqlite]") {
    job_queue q;
    const auto first = job::make();
    const auto second = job::make();
    q.push(first);
    const auto before = q.now();
    q.push(second);
    CHECK(q.take(before) == first);
    CHECK_FALSE(q.take(before));
    CHECK(q.take(q.now()) == second);
}

TEST_CASE("a job that is not wanted stays at the front", "[sqlite]") {
    job_queue q;
    const auto first = job::make();
    q.push(first);
    q.push(job::make());
    CHECK_FALSE(q.take(job_queue::any, [](const job&) { return false; }));
    CHECK(q.take() == first);
}

TEST_CASE("a consumer takes its share, and what it gives back is taken first and counts as before",
          "[sqlite]") {
    job_queue q;
    std::vector<job_ptr> jobs;
    for (int i = 0; i < 10; ++i) q.push(jobs.emplace_back(job::make()));
    const auto before = q.now();
    const auto all = [](const job&) { return true; };
    std::deque<job_queue::entry> mine;
    q.take(mine, before, all, 4, 8);
    CHECK(mine.size() == 3);
    std::deque<job_queue::entry> theirs;
    q.take(theirs, before, all, 4, 1);
    CHECK(theirs.front().job == jobs[3]);
    q.push(job::make());
    q.put_back(mine);
    CHECK(mine.empty());
    CHECK(q.size() == 10);
    for (std::size_t i : {0u, 1u, 2u, 4u, 5u, 6u, 7u, 8u, 9u}) CHECK(q.take(before) == jobs[i]);
    CHECK_FALSE(q.take(before)); // the one that was pushed later
    CHECK(q.size() == 1);
}

TEST_CASE("a visitor sees all that wait, also those that came after some were taken", "[sqlite]") {
    job_queue q;
    for (int i = 0; i < 3; ++i) q.push(job::make());
    q.take();
    for (int i = 0; i < 2; ++i) q.push(job::make());
    int seen = 0;
    q.each([&](const job_ptr&) { ++seen; });
    CHECK(seen == 4);
}

TEST_CASE("a queue that is shut refuses what comes and hands out what is in it", "[sqlite]") {
    job_queue q;
    q.push(job::make());
    q.shut();
    CHECK_FALSE(q.push(job::make()));
    CHECK(q.wait());
    CHECK(q.take());
    CHECK_FALSE(q.wait());
}

TEST_CASE("four consumers take what two producers push, each job once", "[sqlite][concurrency]") {
    constexpr int each = 5000;
    job_queue q;
    std::atomic<int> taken{0};
    std::vector<std::thread> consumers;
    for (int i = 0; i < 4; ++i)
        consumers.emplace_back([&] {
            while (q.wait())
                while (const auto j = q.take(q.now())) {
                    if (j->start()) ++taken;
                }
        });
    std::vector<std::thread> producers;
    for (int i = 0; i < 2; ++i)
        producers.emplace_back([&] {
            for (int k = 0; k < each; ++k) q.push(job::make());
        });
    for (auto& t : producers) t.join();
    q.shut();
    for (auto& t : consumers) t.join();
    CHECK(taken == 2 * each);
    CHECK(q.size() == 0);
}

TEST_CASE("a consumer that spins takes what comes meanwhile, and sleeps when its time is up",
          "[sqlite][concurrency]") {
    job_queue q;
    const auto spin = GENERATE(std::chrono::microseconds(0), std::chrono::microseconds(200),
                               std::chrono::microseconds(10'000'000));
    std::thread producer([&q] {
        for (int i = 0; i < 100; ++i) {
            q.push(job::make());
            std::this_thread::yield();
        }
        q.shut();
    });
    int taken = 0;
    while (q.wait(hawser::no_deadline, spin))
        while (q.take()) ++taken;
    producer.join();
    CHECK(taken == 100);
}

TEST_CASE("a consumer that spins needs nobody to wake it", "[sqlite][concurrency]") {
    constexpr int jobs = 200;
    job_queue q;
    std::atomic<int> taken{0};
    std::thread producer([&] {
        for (int i = 0; i < jobs; ++i) {
            q.push_quietly(job::make());
            while (taken <= i) std::this_thread::yield(); // it waits again
        }
    });
    // A consumer that had gone to sleep would find its job when its time is up.
    constexpr auto patience = std::chrono::seconds(5);
    auto longest = hawser::clock::duration::zero();
    while (taken < jobs && longest < patience) {
        const auto start = hawser::clock::now();
        q.wait(start + patience, std::chrono::hours(1));
        longest = std::max(longest, hawser::clock::now() - start);
        if (q.take()) ++taken;
    }
    taken = jobs; // lets the producer go
    producer.join();
    CHECK(longest < patience);
}

TEST_CASE("a consumer goes to sleep at once, or when it has spun for its time", "[sqlite]") {
    job_queue q;
    const auto spin = GENERATE(std::chrono::milliseconds(0), std::chrono::milliseconds(1));
    const auto used = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
    };
    const auto before = used();
    q.wait(hawser::clock::now() + std::chrono::milliseconds(300), spin);
    CHECK(used() - before < std::chrono::milliseconds(20));
}

TEST_CASE("a consumer that spins sees its deadline pass, and its queue shut", "[sqlite]") {
    job_queue q;
    CHECK(q.wait(hawser::clock::now(), std::chrono::hours(1)));
    q.shut();
    CHECK_FALSE(q.wait(hawser::no_deadline, std::chrono::milliseconds(1)));
}
