// Who gets which connection, and when: the shared lane, leases, and several contexts.
#include "support/catch.hpp"
#include "support/jobs.hpp"
#include "support/postgres_cluster.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <hawser/db/run.hpp>
#include <hawser/postgres/engine.hpp>
#include <thread>

using hawser::errc;
using hawser::engine::verb;
using support::begin;
using support::on_lease;
using support::question;
using support::read;
using support::script;
using support::write;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

hawser::postgres::settings settings_for(const support::fresh_database& fresh) {
    const auto where = fresh.address();
    hawser::postgres::settings s;
    s.endpoints = {{.host = where.host, .port = where.port}};
    s.user = where.user;
    s.database = where.database;
    return s;
}
// One shared connection, with room for this many requests.
hawser::postgres::settings narrow(const support::fresh_database& fresh, std::size_t max_pipeline) {
    auto s = settings_for(fresh);
    s.shared_connections = 1;
    s.max_pipeline = max_pipeline;
    return s;
}

// What became of a job that is on its way.
struct outcome {
    bool ended = false;
    std::exception_ptr failure;

    [[nodiscard]] errc kind() const { return support::kind_of(failure); }
    [[nodiscard]] bool is_well() const { return ended && !failure; }
};

void send(asio::io_context& io, const support::engine_ptr& e, const question& q, outcome& to) {
    asio::co_spawn(io, support::send(e, q.job), [&to](std::exception_ptr failure) {
        to.ended = true;
        to.failure = std::move(failure);
    });
}

// Runs until there is nothing to do; a hang is a failure of the test, not of the run.
void run(asio::io_context& io, std::chrono::seconds most = 10s) {
    io.restart();
    io.run_for(most);
}

outcome done(asio::io_context& io, const support::engine_ptr& e, const question& q) {
    outcome o;
    send(io, e, q, o);
    run(io);
    return o;
}

} // namespace

TEST_CASE("connections that are lost while jobs wait for room are replaced", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(narrow(fresh, 1));
    asio::io_context io;
    REQUIRE(done(io, e, script("create table t (v bigint)")).is_well());
    io.restart();
    // Writes are not sent again: had they left, they would not be known.
    const auto slow = write("select pg_sleep(10)");
    const auto next = write("insert into t values (2)");
    const auto last = write("insert into t values (3)");
    outcome a, b, c;
    send(io, e, slow, a);
    send(io, e, next, b);
    send(io, e, last, c);
    auto look = fresh.look();
    const std::string sleeping =
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()";
    while (look.integer(sleeping) == 0) io.run_for(1ms);
    look.exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
              "and pid <> pg_backend_pid()");
    run(io);
    REQUIRE(a.ended);
    CHECK(a.kind() == errc::commit_unknown);
    CHECK(b.is_well());
    CHECK(c.is_well());
    CHECK(look.integer("select count(*) from t") == 2);
    support::close(e);
}

TEST_CASE("all leases that wait hear that no connection can be made", "[postgres]") {
    hawser::postgres::settings s;
    s.endpoints = {{.host = "/nowhere/at/all"}};
    s.user = "hawser";
    s.max_connections = 3;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    std::vector<question> all;
    std::vector<std::shared_ptr<hawser::engine::lease>> leases;
    std::vector<outcome> became(10);
    for (outcome& o : became) {
        leases.push_back(e->make_lease("one", false));
        all.push_back(begin(leases.back()));
        send(io, e, all.back(), o);
    }
    run(io);
    for (const outcome& o : became) {
        REQUIRE(o.ended);
        CHECK(o.kind() == errc::connect_failed);
    }
    support::close(e);
}

TEST_CASE("connections that rest on one context make room for those who wait on another", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context here;
    asio::io_context there;
    for (int i = 0; i < 3; ++i) {
        for (asio::io_context* io : {&here, &there}) {
            const auto lease = e->make_lease("one", false);
            CHECK(done(*io, e, begin(lease)).is_well());
            CHECK(done(*io, e, on_lease(lease, verb::rollback)).is_well());
        }
    }
    support::close(e);
}

TEST_CASE("a connection that is given back on one context goes to whoever waits on another", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context here;
    asio::io_context there;
    const auto first = e->make_lease("one", false);
    CHECK(done(here, e, begin(first)).is_well());
    const auto second = e->make_lease("two", false);
    const auto waits = begin(second);
    outcome o;
    send(there, e, waits, o);
    there.run_for(20ms);
    CHECK(!o.ended);
    CHECK(done(here, e, on_lease(first, verb::rollback)).is_well());
    run(there);
    CHECK(o.is_well());
    CHECK(done(there, e, on_lease(second, verb::rollback)).is_well());
    support::close(e);
}

TEST_CASE("closing waits for jobs that wait for room", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(narrow(fresh, 1));
    asio::io_context io;
    REQUIRE(done(io, e, script("create table t (v bigint)")).is_well());
    std::vector<question> all;
    std::vector<outcome> became(20);
    for (std::size_t i = 0; i < became.size(); ++i) {
        all.push_back(write("insert into t values ($1)", static_cast<std::int64_t>(i)));
        send(io, e, all.back(), became[i]);
    }
    const auto closing = hawser::engine::job::make();
    bool closed = false;
    auto close = [&]() -> hawser::task<> {
        co_await hawser::async::wait(*closing, [&] { e->close(closing); });
        closed = true;
    };
    asio::co_spawn(io, close(), asio::detached);
    run(io);
    CHECK(closed);
    for (const outcome& o : became) CHECK(o.is_well());
    CHECK(fresh.look().integer("select count(*) from t") == 20);
}

TEST_CASE("a lease that is used from a second context is served while its own one runs, and refused when not",
          "[postgres][concurrency]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(settings_for(fresh));
    asio::io_context own;
    asio::io_context other;
    const auto lease = e->make_lease("one", false);
    REQUIRE(done(own, e, begin(lease)).is_well());
    REQUIRE(own.stopped());
    const outcome refused = done(other, e, on_lease(lease, read("select 1")));
    REQUIRE(refused.ended);
    CHECK(refused.kind() == errc::misuse);
    CHECK(support::error_in(refused.failure).message().find("another context") != std::string::npos);
    own.restart();
    auto work = asio::make_work_guard(own);
    std::thread runs([&] { own.run(); });
    CHECK(done(other, e, on_lease(lease, verb::rollback)).is_well());
    const auto next = e->make_lease("two", false);
    const auto opens = begin(next);
    outcome opened;
    asio::post(own, [&] { send(own, e, opens, opened); });
    while (!done(other, e, on_lease(next, read("select 1"))).is_well()) {}
    const auto slow = on_lease(next, read("select 1 from pg_sleep(0.1)"));
    outcome served;
    send(other, e, slow, served);
    other.restart();
    other.poll();
    work.reset(); // what the other one waits for is work enough
    run(other);
    CHECK(served.is_well());
    runs.join();
    CHECK(done(own, e, on_lease(next, verb::rollback)).is_well());
    support::close(e);
}

TEST_CASE("a context may go before the database, on whatever strand its calls were", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(settings_for(fresh));
    const auto q = read("select 1");
    SECTION("of a pool") {
        asio::thread_pool pool(1);
        const auto strand = asio::make_strand(pool);
        CHECK_NOTHROW(asio::co_spawn(strand, support::send(e, q.job), asio::use_future).get());
    }
    SECTION("of a strand") {
        asio::io_context io;
        const auto strand = asio::make_strand(asio::make_strand(io));
        auto answer = asio::co_spawn(strand, support::send(e, q.job), asio::use_future);
        io.run_for(10s);
        REQUIRE(answer.wait_for(0s) == std::future_status::ready);
        CHECK_NOTHROW(answer.get());
    }
    asio::io_context io;
    CHECK(done(io, e, read("select 2")).is_well());
    support::close(e);
}

TEST_CASE("a pool's strand that blocks keeps no answer from others", "[postgres][concurrency]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(narrow(fresh, 256));
    asio::thread_pool pool(2);
    const auto strand = asio::make_strand(pool);
    const auto first = read("select 1");
    const auto next = read("select 2");
    asio::co_spawn(strand, support::send(e, first.job), asio::use_future).get();
    std::promise<void> blocks;
    std::promise<void> release;
    asio::post(strand, [&, until = release.get_future().share()] {
        blocks.set_value();
        until.wait();
    });
    blocks.get_future().wait();
    auto answer = asio::co_spawn(pool, support::send(e, next.job), asio::use_future);
    CHECK(answer.wait_for(20s) == std::future_status::ready);
    release.set_value();
    CHECK_NOTHROW(answer.get());
    support::close(e);
}

TEST_CASE("whoever cannot connect is told of each server that was tried", "[postgres]") {
    hawser::postgres::settings s;
    s.endpoints = {{.host = "/nowhere/one"}, {.host = "/nowhere/two"}};
    s.user = "hawser";
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    const outcome o = done(io, e, read("select 1").named("desk.look"));
    REQUIRE(o.ended);
    const auto error = support::error_in(o.failure);
    CHECK(error.kind() == errc::connect_failed);
    CHECK(error.message().find("/nowhere/one") != std::string::npos);
    CHECK(error.message().find("/nowhere/two") != std::string::npos);
    CHECK(error.info().statement_name == "desk.look");
    support::close(e);
}

TEST_CASE("a lease that has lost its connection tells the server's last words", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(settings_for(fresh));
    asio::io_context io;
    const auto lease = e->make_lease("one", false);
    REQUIRE(done(io, e, begin(lease)).is_well());
    fresh.cluster().terminate_all(fresh.name());
    const outcome first = done(io, e, on_lease(lease, read("select 1")));
    const outcome second = done(io, e, on_lease(lease, read("select 1")));
    for (const outcome* o : {&first, &second}) {
        REQUIRE(o->ended);
        CHECK(o->kind() == errc::connection_lost);
        CHECK(support::error_in(o->failure).message().find("administrator command (postgres 57P01)") !=
              std::string::npos);
    }
    support::close(e);
}

TEST_CASE("COPY does not go as a statement, and leaves the connection to others", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.shared_connections = 1;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    const auto pid = read("select pg_backend_pid()");
    REQUIRE(done(io, e, pid).is_well());
    for (const question& q : {write("copy t from stdin"), script("select 1; copy (select 1) to stdout")}) {
        const outcome o = done(io, e, q);
        REQUIRE(o.ended);
        CHECK(o.kind() == errc::unsupported);
    }
    const auto again = read("select pg_backend_pid()");
    REQUIRE(done(io, e, again).is_well());
    CHECK(again.rows().rows == pid.rows().rows);
    support::close(e);
}

TEST_CASE("a burst makes no more connections than may be", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(narrow(fresh, 2));
    asio::io_context io;
    REQUIRE(done(io, e, read("select 1")).is_well());
    io.restart();
    std::vector<question> all;
    std::vector<outcome> became(50);
    for (outcome& o : became) {
        all.push_back(read("select 1 from pg_sleep(0.001)"));
        send(io, e, all.back(), o);
    }
    run(io);
    for (const outcome& o : became) CHECK(o.is_well());
    CHECK(fresh.look().integer("select count(*) from pg_stat_activity where datname = current_database() "
                               "and pid <> pg_backend_pid()") == 1);
    support::close(e);
}

TEST_CASE("whoever waits for a connection for too long hears that there is none", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    s.acquire_timeout = 1s; // in which the first one gets its own
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    const auto first = e->make_lease("first", false);
    REQUIRE(done(io, e, begin(first)).is_well());
    const auto second = e->make_lease("second", false);
    const outcome in_vain = done(io, e, begin(second));
    REQUIRE(in_vain.ended);
    CHECK(in_vain.kind() == errc::pool_exhausted);
    CHECK(support::error_in(in_vain.failure).id() == "DB_PERF_002");
    CHECK(done(io, e, on_lease(first, verb::rollback)).is_well());
    const auto third = e->make_lease("third", false);
    CHECK(done(io, e, begin(third)).is_well());
    CHECK(done(io, e, on_lease(third, verb::rollback)).is_well());
    support::close(e);
}
