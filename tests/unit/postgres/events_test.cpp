// What an observer is told of the work on PostgreSQL.
#include "fixture.hpp"
#include "numbers.hpp"
#include "support/recorder.hpp"
#include "support/until.hpp"
#include "talk.hpp"
#include "wire.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>

using namespace market;
using hawser::errc;
using hawser::transaction_outcome;
using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;

namespace {

// One transaction of this name has ended, like this.
bool told_once(const support::recorder& by, const std::string& name, transaction_outcome how) {
    const auto told = by.seen().transactions;
    return told.size() == 1 && told.front() == std::pair(name, how);
}

// The tables are made before anything is remembered.
template <class Body>
void on_watched(Body body) {
    NEED_POSTGRES();
    support::recorder seen;
    const auto watched = [&](hawser::database db, const support::fresh_database& look) -> task<> {
        seen.forget();
        co_await body(db, look, seen);
    };
    on_postgres(watched, {.observer = &seen});
}

// A lease's connection, watched.
struct watched_talk : support::talk {
    explicit watched_talk(support::recorder& by) { (*this)->watch(&by); }
    void open_transaction() {
        (*this)->lend(true);
        question begin(batch_mode::atomic);
        begin.job->what = verb::begin;
        (*this)->add(begin.job, false, std::make_shared<const std::string>("settle"));
        said();
        REQUIRE(hear(wire::first_done("BEGIN", 'T')));
    }
};

} // namespace

TEST_CASE("an observer is told name, text, rows, failure and transaction of each statement on PostgreSQL",
          "[postgres]") {
    on_watched([](hawser::database db, const support::fresh_database&, support::recorder& seen) -> task<> {
        const auto body = [](hawser::transaction& tx) -> task<> {
            position p = make_position("BTC");
            co_await hawser::repository<position>{tx}.insert(p);
            co_await tx.execute<"update positions set quantity = 2">();
        };
        co_await db.transaction(body, {.name = "open"});
        position same = make_position("BTC");
        const auto again = co_await hawser::as_result(hawser::repository<position>{db}.insert(same));
        CHECK(again.has_error());

        const auto all = seen.statements();
        REQUIRE(all.size() == 3);
        CHECK(all[0].name == "positions.insert");
        CHECK(all[0].sql.starts_with("insert into \"positions\""));
        CHECK(all[0].within == "open");
        CHECK(all[0].rows == 1);
        CHECK_FALSE(all[0].failure);
        CHECK(all[1].rows == 1);
        CHECK(all[1].within == "open");
        CHECK(all[2].within.empty());
        CHECK(all[2].failure == errc::unique_violation);
        for (const auto& s : all) CHECK(s.ended);
        CHECK(told_once(seen, "open", transaction_outcome::committed));
    });
}

TEST_CASE("of statements that share a write each has its own end", "[postgres]") {
    on_watched([](hawser::database db, const support::fresh_database&, support::recorder& seen) -> task<> {
        using namespace boost::asio::experimental::awaitable_operators;
        hawser::repository<position> positions{db};
        position btc = make_position("BTC");
        position same = make_position("BTC");
        auto first = hawser::as_result(positions.insert(btc));
        auto second = hawser::as_result(positions.insert(same));
        const auto [stored, refused] = co_await (std::move(first) && std::move(second));
        CHECK_FALSE(stored.has_error());
        CHECK(refused.has_error());
        const auto all = seen.statements();
        REQUIRE(all.size() == 2);
        CHECK_FALSE(all[0].failure);
        CHECK(all[1].failure == errc::unique_violation);
    });
}

TEST_CASE("a statement that the server passes over ends with the failure of its unit", "[postgres]") {
    on_watched([](hawser::database db, const support::fresh_database&, support::recorder& seen) -> task<> {
        position first = make_position("BTC");
        position same = make_position("BTC");
        position third = make_position("ETH");
        hawser::unit_of_work unit{db};
        unit.insert(first);
        unit.insert(same);
        unit.insert(third);
        const auto done = co_await hawser::as_result(unit.commit());
        CHECK(done.has_error());
        const auto all = seen.statements();
        REQUIRE(all.size() == 3);
        CHECK_FALSE(all[0].failure);
        CHECK(all[1].failure == errc::unique_violation);
        CHECK(all[2].failure == errc::unique_violation);
        for (const auto& s : all) CHECK(s.ended);
    });
}

TEST_CASE("a statement that is sent a second time is told once, with the second's end", "[postgres]") {
    on_watched(
        [](hawser::database db, const support::fresh_database& look, support::recorder& seen) -> task<> {
            look.look().exec("create type mood as enum ('calm', 'wild'); create table moods (m mood)");
            const std::string wild = "wild";
            const auto stored = co_await db.execute<"insert into moods values ($1)">(wild);
            CHECK(stored == 1);
            const auto all = seen.statements();
            REQUIRE(all.size() == 1);
            CHECK(all[0].ended);
            CHECK(all[0].rows == 1);
            CHECK_FALSE(all[0].failure);
        });
}

TEST_CASE("a bulk call is one statement, and so is a stream, whatever their trips", "[postgres]") {
    on_watched([](hawser::database db, const support::fresh_database&, support::recorder& seen) -> task<> {
        std::vector<position> rows;
        for (int i = 0; i < 2500; ++i) rows.push_back(make_position("S" + std::to_string(i)));
        hawser::repository<position> positions{db};
        co_await positions.bulk_insert(rows);
        std::vector<prediction> copied(10);
        for (int i = 0; i < 10; ++i) copied[static_cast<std::size_t>(i)].symbol = std::to_string(i);
        for (auto& p : copied) p.features = hawser::json_text("{}");
        hawser::repository<prediction> predictions{db};
        co_await predictions.copy_in(copied);
        std::size_t read = 0;
        {
            auto stream = positions.stream(100);
            while (co_await stream.next()) ++read;
        }
        CHECK(read == rows.size());
        co_await db.ping();
        const auto told_snapshot = [&] { return !seen.seen().snapshots.empty(); };
        co_await support::until(told_snapshot);
        const auto all = seen.statements();
        REQUIRE(all.size() == 3);
        CHECK(all[0].rows == 2500);
        CHECK(all[1].rows == 10);
        CHECK(all[2].rows == 2500);
        for (const auto& s : all) {
            CHECK(s.ended);
            CHECK_FALSE(s.failure);
        }
    });
}

TEST_CASE("a read-only transaction tells the end of its snapshot", "[postgres]") {
    on_watched([](hawser::database db, const support::fresh_database&, support::recorder& seen) -> task<> {
        const auto body = [](hawser::transaction& tx) -> task<> {
            const auto n = co_await tx.query_one<std::int64_t, "select count(*) from positions">();
            CHECK(n == 0);
        };
        co_await db.transaction(body, {.read_only = true, .name = "report"});
        const auto told_snapshot = [&] { return !seen.seen().snapshots.empty(); };
        co_await support::until(told_snapshot);
        const auto told = seen.seen();
        REQUIRE(told.snapshots.size() == 1);
        CHECK(told.snapshots.front().first == "report");
        CHECK_FALSE(told.snapshots.front().second);
        CHECK(told_once(seen, "report", transaction_outcome::committed));
    });
}

TEST_CASE("a transaction whose COMMIT was sent and not answered has an unknown outcome", "[postgres]") {
    support::recorder seen;
    watched_talk t(seen);
    t.open_transaction();
    question commit(batch_mode::atomic);
    commit.job->what = verb::commit;
    t.ask(commit, true);
    t.said();
    SECTION("answered") {
        CHECK(t.hear(wire::first_done("COMMIT")));
        CHECK(told_once(seen, "settle", transaction_outcome::committed));
    }
    SECTION("lost") {
        t->lose("it broke", t.written);
        CHECK(told_once(seen, "settle", transaction_outcome::unknown));
    }
}

TEST_CASE("what a lost connection has open ends as failed and rolled back", "[postgres]") {
    support::recorder seen;
    watched_talk t(seen);
    t.open_transaction();
    const auto read = support::read("select v from t");
    t.ask(read, true);
    t.said();
    t->lose("it broke", t.written);
    const auto all = seen.statements();
    REQUIRE(all.size() == 1);
    CHECK(all[0].ended);
    CHECK(all[0].failure == errc::connection_lost);
    CHECK(told_once(seen, "settle", transaction_outcome::rolled_back));
}
