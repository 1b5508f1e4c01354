// A transaction that somebody leaves open on a shared connection, and those who meet it.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "wire.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <array>
#include <chrono>
#include <hawser/postgres/engine.hpp>
#include <span>

using hawser::engine::batch_mode;
using support::question;
using namespace wire;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using support::dialogue;

const std::string aborted = pg::error("25P02", "current transaction is aborted") + pg::ready('E');
const std::string undone = first_done("ROLLBACK");
const std::string undone_again = done("ROLLBACK");

std::string cold(const std::string& name, const std::string& sql, const pg::numbers& types = {},
                 const pg::values& values = {}) {
    return pg::parse(name, sql, types) + pg::describe('S', name) + pg::bind("", name, values) + pg::execute();
}

} // namespace

TEST_CASE(
    "whoever meets somebody's failed transaction is sent again once it is undone, an atomic batch as a whole",
    "[postgres]") {
    talk t;
    const auto culprit = support::script("begin; select 1/0");
    const auto single = support::write("insert into t values ($1)", 1);
    question atomic(batch_mode::atomic);
    atomic.add("insert into u values ($1)").value(2).add("insert into v values ($1)").value(3);
    question each(batch_mode::independent);
    each.add("insert into w values ($1)").value(4).add("insert into x values ($1)").value(5);
    const std::array<const question*, 4> everybody{&culprit, &single, &atomic, &each};
    for (const question* q : everybody) t.ask(*q);
    static_cast<void>(t.said());
    CHECK(t.hear(pg::command_complete("BEGIN") + pg::error("22012", "division by zero") + pg::ready('E')));
    CHECK(pg::hex(t.said()) == pg::hex(cold("s6", "rollback") + pg::sync()));
    CHECK(t.hear(aborted + aborted + aborted + aborted)); // of each Sync
    for (const question* q : everybody) CHECK(!t.has_ended(*q));
    static_cast<void>(t.said());
    CHECK(t.hear(undone));
    REQUIRE(t.has_ended(culprit));
    CHECK(support::error_in(culprit.job->failure).info().sqlstate == "22012");
    CHECK(t.hear(undone_again + undone_again + undone_again));
    const std::string anew = t.said();
    const std::string insert_single =
        cold("s7", "insert into t values ($1)", {int8}, {pg::int8(1)}) + pg::sync();
    const std::string insert_both = cold("s8", "insert into u values ($1)", {int8}, {pg::int8(2)}) +
                                    cold("s9", "insert into v values ($1)", {int8}, {pg::int8(3)}) +
                                    pg::sync();
    const std::string insert_each =
        cold("s10", "insert into w values ($1)", {int8}, {pg::int8(4)}) + pg::sync() +
        cold("s11", "insert into x values ($1)", {int8}, {pg::int8(5)}) + pg::sync();
    CHECK(pg::hex(anew) == pg::hex(insert_single + insert_both + insert_each));
    const std::string inserted = first_done("INSERT 0 1", 'I', {int8});
    const std::string inserted_in_batch =
        described({int8}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 1");
    CHECK(t.hear(inserted + inserted_in_batch + inserted + inserted + inserted));
    for (const question* q : std::span(everybody).subspan(1)) {
        REQUIRE(t.has_ended(*q));
        CHECK(kind_of(q->job->failure) == "none");
        for (const auto& r : q->job->batch.requests) {
            CHECK(kind_of(r.failure) == "none");
            CHECK(r.rows_affected == 1);
        }
    }
    CHECK(t->in_flight() == 0);
    CHECK(t->status() == 'I');
    CHECK(t.said().empty());
}

TEST_CASE("a batch of an isolation that meets somebody's failed transaction is sent again", "[postgres]") {
    talk t;
    const auto culprit = support::script("begin; select 1/0");
    auto isolated = support::write("insert into t values (1)");
    isolated.job->modes.isolation = hawser::isolation::serializable;
    for (const question* q : {&culprit, &std::as_const(isolated)}) t.ask(*q);
    static_cast<void>(t.said());
    CHECK(t.hear(pg::command_complete("BEGIN") + pg::error("22012", "division by zero") + pg::ready('E')));
    CHECK(t.hear(aborted + first_done("ROLLBACK"))); // its own, which undoes the other's
    CHECK(!t.has_ended(culprit));
    CHECK(t.hear(done("ROLLBACK")));
    REQUIRE(t.has_ended(culprit));
    CHECK(support::error_in(culprit.job->failure).info().sqlstate == "22012");
    CHECK(!t.has_ended(isolated));
    CHECK_THAT(t.said(), support::contains_text("begin isolation level serializable"));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") + described({}, {}) +
                 pg::bind_complete() + pg::command_complete("INSERT 0 1") + described({}, {}) +
                 pg::bind_complete() + pg::command_complete("COMMIT") + pg::ready() + done("ROLLBACK")));
    REQUIRE(t.has_ended(isolated));
    CHECK(kind_of(isolated.job->failure) == "none");
    CHECK(isolated.job->batch.requests[0].rows_affected == 1);
}

TEST_CASE("what fails within somebody's transaction, and what runs in it behind that, is sent again",
          "[postgres]") {
    talk t;
    const auto culprit = support::script("begin");
    const auto fails = support::write("insert into t values (1)");
    const auto refused = support::write("insert into u values (2)");
    for (const question* q : {&culprit, &fails, &refused}) t.ask(*q);
    static_cast<void>(t.said());
    CHECK(t.hear(pg::command_complete("BEGIN") + pg::ready('T')));
    static_cast<void>(t.said());
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::error("23505", "twice") + pg::ready('E')));
    CHECK(t.hear(aborted));
    static_cast<void>(t.said());
    CHECK(t.hear(undone + undone_again + undone_again));
    REQUIRE(t.has_ended(culprit));
    CHECK(kind_of(culprit.job->failure) == "permission_denied");
    CHECK(t.said().find("insert into u") != std::string::npos);
    CHECK(t.hear(done("INSERT 0 1") + first_done("INSERT 0 1")));
    for (const question* q : {&fails, &refused}) {
        REQUIRE(t.has_ended(*q));
        CHECK(kind_of(q->job->failure) == "none");
    }
}

TEST_CASE("nobody is sent to a connection whose transaction is still to be undone", "[postgres]") {
    support::fake_server server(dialogue()
                                    .login()
                                    .expect(pg::query("begin"))
                                    .answer(pg::command_complete("BEGIN") + pg::ready('T'))
                                    .expect(cold("s1", "rollback") + pg::sync())
                                    .login() // another one, for whoever comes now
                                    .expect(cold("s1", "insert into t values (1)") + pg::sync())
                                    .answer(first_done("INSERT 0 1"))
                                    .on(0)
                                    .answer(undone));
    hawser::postgres::settings s;
    s.endpoints = {{.host = server.host(), .port = server.port()}};
    s.user = "hawser";
    s.database = "fake";
    s.shared_connections = 2;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    const auto culprit = support::script("begin");
    const auto insert = support::write("insert into t values (1)");
    std::size_t ended = 0;
    const auto over = [&](const std::exception_ptr&) { ++ended; };
    asio::co_spawn(io, support::send(e, culprit.job), over);
    const auto late = hawser::clock::now() + 20s;
    while ((server.connections() == 0 || server.received().find("rollback") == std::string::npos) &&
           hawser::clock::now() < late)
        io.restart(), io.run_for(1ms);
    asio::co_spawn(io, support::send(e, insert.job), over);
    io.restart();
    io.run_for(20s);
    CHECK(ended == 2);
    CHECK(kind_of(culprit.job->failure) == "permission_denied");
    CHECK(kind_of(insert.job->failure) == "none");
    support::close(e);
    server.finish();
}
