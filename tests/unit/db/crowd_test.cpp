// A hundred thousand coroutines at once: the queue keeps its bounds, all are served, none is lost.
#include "door.hpp"
#include "on_each_market.hpp"
#include "support/jobs.hpp"
#include "support/process_memory.hpp"
#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

using namespace market;
namespace asio = boost::asio;

namespace {

constexpr std::int64_t crowd = 100'000;

struct visitor {
    std::int64_t id{};
    std::int64_t number{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(visitor, (), (id, number, body))
consteval auto hawser_table(hawser::of<visitor>) {
    return hawser::table<visitor>("visitors", hawser::primary_key<&visitor::id>.generated());
}

// Looks at the engine from within, whenever it takes or ends a call, and from each coroutine when it is served.
struct bounds final : hawser::observer {
    void on(const hawser::writer_waited&) noexcept override { look(); }
    void on(const hawser::statement_started&) noexcept override { look(); }
    void on(const hawser::statement_ended&) noexcept override { look(); }
    void look() noexcept {
        const auto* const on = engine.load();
        if (on == nullptr) return;
        const auto count = const_cast<hawser::engine::engine*>(on)->room().count();
        raise(most_inside, count.inside);
        raise(most_bytes, count.bytes);
        raise(most_waiting, count.waiting);
    }
    static void raise(std::atomic<std::size_t>& most, std::size_t value) noexcept {
        for (auto known = most.load(); known < value && !most.compare_exchange_weak(known, value);) {}
    }
    std::atomic<hawser::engine::engine*> engine{nullptr};
    std::atomic<std::size_t> most_inside{0}, most_bytes{0}, most_waiting{0};
};

struct outcome {
    std::int64_t served = 0;
    std::int64_t failed = 0;
    std::string first_failure;
    std::size_t memory = 0; // bytes that the process grew by at its largest
};

task<> visit(hawser::database db, std::int64_t number, const std::string& body, bounds& b, outcome& o) {
    visitor v;
    v.number = number;
    co_await asio::post(asio::use_awaitable); // all are there before the first is served
    v.body = body;
    hawser::repository<visitor> visitors{db};
    co_await visitors.insert(v);
    b.look();
    const visitor stored = co_await visitors.get(v.id);
    b.look();
    if (stored.number == number && stored.body == body) ++o.served;
}

// Begun behind all visitors, so that each of them stands in the queue when the door opens.
task<> let_in(door& d, bounds& b) {
    co_await asio::post(asio::use_awaitable);
    co_await asio::post(asio::use_awaitable);
    b.look();
    d.open();
}

outcome visit_all(hawser::database db, door& d, const std::string& body, bounds& b) {
    outcome o;
    d.shut();
    asio::io_context io(1);
    support::reset_largest();
    const std::size_t before = support::resident_bytes();
    const auto ended = [&o](std::exception_ptr e) {
        if (!e) return;
        if (++o.failed == 1) o.first_failure = support::error_in(e).what();
    };
    for (std::int64_t i = 0; i < crowd; ++i) asio::co_spawn(io, visit(db, i, body, b, o), ended);
    asio::co_spawn(io, let_in(d, b), ended);
    io.run();
    o.memory = support::largest_resident_bytes() - std::min(before, support::largest_resident_bytes());
    return o;
}

} // namespace

TEST_CASE("100,000 coroutines that insert and read at once keep within the queue's bounds, and none is lost",
          "[db]") {
    const bool by_bytes = GENERATE(false, true);
    const std::size_t queue_jobs = by_bytes ? 16384 : 512;
    const std::size_t queue_bytes = by_bytes ? 1u << 20 : 64u << 20;
    bounds b;
    hawser::open_options o;
    o.observer = &b;
    o.statement_timeout = std::chrono::milliseconds(0);
    o.postgres.connect_timeout = std::chrono::minutes(5); // the loop takes the crowd in before it connects
    o.sqlite.durability = hawser::durability::normal;
    o.sqlite.busy_timeout = std::chrono::minutes(5);
    o.sqlite.writer = by_bytes ? hawser::writer_mode::thread : hawser::writer_mode::inline_;
    o.sqlite.queue_jobs = o.postgres.queue_jobs = queue_jobs;
    o.sqlite.queue_bytes = o.postgres.queue_bytes = queue_bytes;
    support::on_each_engine([&](const support::fresh_place& at) {
        const hawser::database db = hawser::run(hawser::open(at.url(), o));
        hawser::run(db.create_tables<visitor>());
        b.engine = db.get().database->engine.get();
        door d(at, "visitors");
        const auto seen = visit_all(db, d, std::string(100, 'v'), b);
        b.engine = nullptr;
        CHECK(seen.served == crowd);
        INFO("the first failure: " << seen.first_failure);
        CHECK(seen.failed == 0);
        CHECK(b.most_waiting > crowd / 2);
        CHECK(b.most_inside <= queue_jobs);
        CHECK(b.most_bytes <= queue_bytes);
        if (by_bytes)
            CHECK(b.most_bytes > queue_bytes / 2);
        else
            CHECK(b.most_inside > queue_jobs / 2);
        const auto count = db.get().database->engine->room().count();
        CHECK(count.inside == 0);
        CHECK(count.bytes == 0);
        CHECK(count.waiting == 0);
        const auto stored =
            hawser::run(db.query_one<std::int64_t, "select count(distinct number) from visitors">());
        CHECK(stored == crowd);
        INFO(seen.memory / crowd << " bytes for each");
        CHECK((!support::memory_is_its_own || seen.memory / crowd < 8192));
        hawser::run(db.close());
    });
}
