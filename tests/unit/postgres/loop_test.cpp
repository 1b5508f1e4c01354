// How often the loop of a context turns for its calls, and writes.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <hawser/hawser.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;
namespace pg = support::pg;
using hawser::task;

namespace {

const auto rethrow = [](const std::exception_ptr& e) {
    if (e) std::rethrow_exception(e);
};

// Handlers that it has run.
std::size_t run(asio::io_context& io) {
    io.restart();
    return io.run();
}

task<> open_into(std::optional<hawser::database>& db, std::string url) {
    const hawser::open_options options{.pool = {.shared_connections = 1}};
    db.emplace(co_await hawser::open(url, options));
}

task<> add_up(hawser::database db, int times, std::int64_t& sum) {
    for (std::int64_t i = 0; i < times; ++i)
        sum += co_await db.query_one<std::int64_t, "select $1::bigint">(i);
}

const std::string first_asked = pg::parse("s1", "select $1::bigint", {20}) + pg::describe('S', "s1");
const std::string first_told =
    pg::parse_complete() + pg::parameter_description({20}) + pg::row_description({{"v", 20}});
std::string asked(int times, std::int64_t v) {
    std::string all;
    for (; times > 0; --times) all += pg::bind("", "s1", {pg::int8(v)}) + pg::execute() + pg::sync();
    return all;
}
std::string told(int times) {
    std::string all;
    for (; times > 0; --times)
        all += pg::bind_complete() + pg::data_row({pg::int8(1)}) + pg::command_complete("SELECT 1") +
               pg::ready();
    return all;
}

// So many callers of two reads each, to be answered 1.
void add_ones(support::fake_server& server, asio::io_context& io, int callers) {
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, server.url()), rethrow);
    run(io);
    std::int64_t sum = 0;
    for (int i = 0; i < callers; ++i) asio::co_spawn(io, add_up(*db, 2, sum), rethrow);
    run(io);
    CHECK(sum == 2 * callers);
    asio::co_spawn(io, db->close(), rethrow);
    run(io);
    server.finish();
}

struct callers {
    int ask_twice = 0;
    int ask_once = 0;
    int answered_at_first = 0; // up to the server's pause
};

// Reads that are to be answered 1; what comes up to the pause is not sent before it.
void answer_ones(support::fake_server& server, asio::io_context& io, const callers& by) {
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, server.url()), rethrow);
    run(io);
    std::int64_t sum = 0;
    for (int i = 0; i < by.ask_twice; ++i) asio::co_spawn(io, add_up(*db, 2, sum), rethrow);
    for (int i = 0; i < by.ask_once; ++i) asio::co_spawn(io, add_up(*db, 1, sum), rethrow);
    io.restart();
    while (sum < by.answered_at_first && io.run_one() > 0) {}
    server.wait_for_pause();
    io.poll();
    CHECK(server.writes() == 3); // start-up, Sync, first reads
    server.let_go();
    io.run();
    CHECK(sum == 2 * by.ask_twice + by.ask_once);
    asio::co_spawn(io, db->close(), rethrow);
    run(io);
    server.finish();
}

} // namespace

TEST_CASE("a call after a call is one handler of its context", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    constexpr int times = 100;
    const bool known_single = GENERATE(true, false);
    asio::io_context one(1), any;
    asio::io_context& io = known_single ? one : any;
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, fresh.url()), rethrow);
    run(io);
    std::int64_t sum = 0;
    asio::co_spawn(io, add_up(*db, times, sum), rethrow);
    const std::size_t handlers = run(io);
    CHECK(sum == times * (times - 1) / 2);
    // Where several threads may run it, the write has a handler of its own.
    CHECK(handlers <= (known_single ? 1u : 2u) * times + times / 4);
    asio::co_spawn(io, db->close(), rethrow);
    run(io);
}

TEST_CASE("calls on strands are answered, one after the other and side by side", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    asio::io_context io(1);
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, fresh.url()), rethrow);
    run(io);
    std::vector<std::int64_t> sums(8, 0);
    for (auto& sum : sums) asio::co_spawn(asio::make_strand(io), add_up(*db, 20, sum), rethrow);
    run(io);
    CHECK(sums == std::vector<std::int64_t>(8, 190));
    asio::co_spawn(io, db->close(), rethrow);
    run(io);
}

TEST_CASE("what the callers of one answer ask for next leaves in one write", "[postgres]") {
    support::fake_server server(support::dialogue()
                                    .login()
                                    .expect(pg::sync())
                                    .answer(pg::ready())
                                    .expect(first_asked + asked(64, 0))
                                    .answer(first_told + told(64))
                                    .expect(asked(64, 1))
                                    .answer(told(64))
                                    .expect(pg::terminate())
                                    .expect_end(),
                                support::fake_server::listens::tcp);
    asio::io_context one(1), any;
    add_ones(server, GENERATE(true, false) ? one : any, 64);
    CHECK(server.writes() == 5); // start-up, Sync, two times 64 reads, farewell
}

TEST_CASE("while many are under way, what comes waits for as many more, and leaves with them", "[postgres]") {
    support::fake_server server(support::dialogue()
                                    .login()
                                    .expect(pg::sync())
                                    .answer(pg::ready())
                                    .expect(first_asked + asked(64, 0))
                                    .answer(first_told + told(9))
                                    .pause()
                                    .answer(told(23))
                                    .expect(asked(32, 1))
                                    .answer(told(32))
                                    .expect(asked(32, 1))
                                    .answer(told(64))
                                    .expect(pg::terminate())
                                    .expect_end(),
                                support::fake_server::listens::tcp);
    asio::io_context io(1);
    answer_ones(server, io, {.ask_twice = 64, .answered_at_first = 9});
    CHECK(server.writes() == 6); // start-up, Sync, 64, 32, and 32 reads, farewell
}

TEST_CASE("what waits for more leaves before the server has nothing to do", "[postgres]") {
    support::fake_server server(support::dialogue()
                                    .login()
                                    .expect(pg::sync())
                                    .answer(pg::ready())
                                    .expect(first_asked + asked(40, 0))
                                    .answer(first_told + told(8))
                                    .pause()
                                    .answer(told(1))
                                    .expect(asked(8, 1))
                                    .answer(told(39))
                                    .expect(pg::terminate())
                                    .expect_end(),
                                support::fake_server::listens::tcp);
    asio::io_context io(1);
    answer_ones(server, io, {.ask_twice = 8, .ask_once = 32, .answered_at_first = 8});
    CHECK(server.writes() == 5); // start-up, Sync, 40, and 8 reads, farewell
}

TEST_CASE("a caller that throws leaves its neighbours their answers, and what they ask for", "[postgres]") {
    support::fake_server server(support::dialogue()
                                    .login()
                                    .expect(pg::sync())
                                    .answer(pg::ready())
                                    .expect(first_asked + asked(3, 0))
                                    .answer(first_told + told(3))
                                    .expect(asked(2, 1))
                                    .answer(told(2))
                                    .expect(pg::terminate())
                                    .expect_end());
    const bool runs_on = GENERATE(true, false);
    std::optional<hawser::database> db;
    std::int64_t sum = 0;
    const auto throws = [&]() -> task<> {
        sum += co_await db->query_one<std::int64_t, "select $1::bigint">(std::int64_t{0});
        throw std::runtime_error("on purpose");
    };
    std::optional<asio::io_context> io(1);
    asio::co_spawn(*io, open_into(db, server.url()), rethrow);
    run(*io);
    asio::co_spawn(*io, throws(), rethrow);
    asio::co_spawn(*io, add_up(*db, 2, sum), rethrow);
    asio::co_spawn(*io, add_up(*db, 2, sum), rethrow);
    io->restart();
    CHECK_THROWS_AS(io->run(), std::runtime_error);
    if (!runs_on) return io.reset(); // what the neighbours have asked for goes with it
    io->run();
    CHECK(sum == 5);
    asio::co_spawn(*io, db->close(), rethrow);
    run(*io);
    server.finish();
}

TEST_CASE("a caller whom an answer resumes may close the database", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    asio::io_context io(1);
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, fresh.url()), rethrow);
    run(io);
    int answered = 0, refused = 0;
    const auto asks_twice = [&](bool closes) -> task<> {
        answered += co_await db->query_one<int, "select 1">();
        if (closes) co_await db->close();
        const auto again = co_await hawser::as_result(db->query_one<int, "select 1">());
        refused += again ? 0 : 1;
    };
    asio::co_spawn(io, asks_twice(true), rethrow);
    asio::co_spawn(io, asks_twice(false), rethrow);
    run(io);
    CHECK(answered == 2);
    CHECK(refused == 2);
}

TEST_CASE("a caller whom an answer resumes may have the last handle of the database", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    asio::io_context io(1);
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, fresh.url()), rethrow);
    run(io);
    std::int64_t sum = 0;
    asio::co_spawn(io, add_up(*db, 3, sum), rethrow);
    db.reset();
    run(io);
    CHECK(sum == 3);
}

TEST_CASE("a caller that asks again as soon as it is answered leaves the context to others", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    asio::io_context io(1);
    std::optional<hawser::database> db;
    asio::co_spawn(io, open_into(db, fresh.url()), rethrow);
    run(io);
    constexpr int most = 10'000;
    int asked = 0;
    bool enough = false;
    const auto asks = [&]() -> task<> {
        for (; !enough && asked < most; ++asked) static_cast<void>(co_await db->query_one<int, "select 1">());
    };
    const auto others = [&]() -> task<> {
        for (int i = 0; i < 100; ++i) {
            static_cast<void>(co_await db->query_one<int, "select 2">());
            co_await asio::post(asio::use_awaitable);
        }
        enough = true;
    };
    asio::co_spawn(io, asks(), rethrow);
    asio::co_spawn(io, others(), rethrow);
    run(io);
    CHECK(enough);
    CHECK(asked < most);
    asio::co_spawn(io, db->close(), rethrow);
    run(io);
}
