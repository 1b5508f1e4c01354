// What ends a transaction, where the server does not answer: it ends all the same.
#include "fixture.hpp"
#include "support/jobs.hpp"
#include "wire.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>

using hawser::errc;
using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace std::chrono_literals;

namespace {

question ending(verb what, hawser::deadline due) {
    question q(batch_mode::atomic);
    q.job->what = what;
    q.job->due = due;
    return q;
}

} // namespace

TEST_CASE("what ends a transaction outlives its deadline by the pipeline's patience, and no longer",
          "[postgres]") {
    const auto now = hawser::clock::now();
    const verb what = GENERATE(verb::commit, verb::rollback, verb::release, verb::rollback_to);
    const bool parked = GENERATE(false, true);
    support::talk t;
    t->lend(true);
    const auto slow = support::write("insert into t select 1 from pg_sleep(9)");
    const auto end = ending(what, now + 1s);
    t.ask(slow);
    t.ask(end, true);
    if (parked) CHECK(!t.said().empty());
    const auto patience = hawser::postgres::pipeline::patience;
    CHECK(t->expire(now) == now + 1s + patience);
    CHECK(t->expire(now + 1s + patience - 1ms) == now + 1s + patience);
    CHECK(!t->is_overdue());
    CHECK(end.job->running());
    static_cast<void>(t->expire(now + 1s + patience));
    CHECK(t->is_overdue());
    CHECK(end.job->running());
}

TEST_CASE("a ROLLBACK is done when the connection is lost: the server does it then", "[postgres]") {
    support::talk t;
    t->lend(true);
    const auto end = ending(verb::rollback, hawser::no_deadline);
    t.ask(end);
    const bool left = GENERATE(true, false);
    if (left) t.said();
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(end));
    CHECK(wire::kind_of(end.job->failure) == "none");
}

namespace {

using namespace market;

task<std::int32_t> backend_of(hawser::transaction& tx) {
    const auto id = co_await tx.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
    co_return static_cast<std::int32_t>(id);
}

task<std::string> outcome_of(task<> what) {
    const auto r = co_await hawser::as_result(std::move(what));
    co_return r ? "done" : std::string(hawser::to_string(r.error().kind()));
}

// A transaction whose server falls silent before it is ended.
task<std::string> end_of(hawser::database db, const support::fresh_database& fresh, std::string how,
                         std::chrono::milliseconds timeout) {
    const hawser::database quick = db.with({.timeout = timeout});
    hawser::transaction tx = co_await quick.begin();
    hawser::repository<position> positions{tx};
    position p = make_position(how, 1);
    co_await positions.insert(p);
    const auto backend = co_await backend_of(tx);
    std::string outcome;
    if (how == "commit") {
        fresh.cluster().freeze(backend);
        outcome = co_await outcome_of(tx.commit());
    } else if (how == "rollback") {
        fresh.cluster().freeze(backend);
        outcome = co_await outcome_of(tx.rollback());
    } else {
        auto body = [&](hawser::transaction&) -> task<> {
            fresh.cluster().freeze(backend);
            co_return;
        };
        outcome = co_await outcome_of(tx.savepoint(body));
    }
    fresh.cluster().thaw(backend);
    co_return outcome;
}

} // namespace

TEST_CASE("COMMIT, ROLLBACK and the end of a savepoint do not wait for ever for a server that is silent",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        using namespace boost::asio::experimental::awaitable_operators;
        auto commit = end_of(db, fresh, "commit", 2s);
        auto rollback = end_of(db, fresh, "rollback", 2s);
        auto savepoint = end_of(db, fresh, "savepoint", 2s);
        auto all = std::move(commit) && std::move(rollback) && std::move(savepoint);
        const auto [committed, rolled_back, released] = co_await std::move(all);
        CHECK(committed == "commit_unknown");
        CHECK(rolled_back == "done");
        CHECK(released == "connection_lost");
        hawser::repository<position> positions{db};
        const auto others = co_await positions.where(col<&position::symbol> != "commit").count();
        CHECK(others == 0);
    });
}
