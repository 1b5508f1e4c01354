#include "fund.hpp"
#include "support/catch.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <hawser/testing.hpp>

namespace asio = boost::asio;
namespace testing = hawser::testing;
using fund::account;
using fund::transfer;
using hawser::errc;
using hawser::task;
using testing::moment;
using namespace std::chrono_literals;

namespace {

enum class where { memory, file };

// Runs body(db, plan) on a fresh database; exceptions fail the test.
template <class Body>
void with_faults(where w, Body body) {
    testing::fault_plan plan;
    auto main = [&]() -> task<> {
        const testing::database_options options{.faults = &plan, .retry = {.attempts = 1}};
        auto opening = w == where::file ? testing::temporary_database<account, transfer>(options)
                                        : testing::memory_database<account, transfer>(options);
        const hawser::database db = co_await std::move(opening);
        CHECK(plan.steps().empty());
        co_await body(db, plan);
        co_await db.close();
    };
    hawser::run(main());
}
template <class Body>
void with_faults(Body body) {
    with_faults(where::memory, std::move(body));
    with_faults(where::file, std::move(body));
}

template <class T>
task<hawser::error> error_of(task<T> operation) {
    auto r = co_await hawser::as_result(std::move(operation));
    if (!r.has_error()) throw std::logic_error("expected an error, got a value");
    co_return r.error();
}

task<void> add(hawser::executor_ref on, std::string code, std::int64_t balance = 0) {
    account a = fund::make_account(std::move(code), balance);
    co_await hawser::repository<account>{on}.insert(a);
}
task<std::int64_t> count(hawser::database db) {
    return hawser::repository<account>{db}.count();
}

} // namespace

TEST_CASE("a plan without faults lets everything through and names its steps", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        auto body = [](hawser::transaction& tx) -> task<> {
            co_await add(tx, "a");
            auto inner = [](hawser::transaction& sp) -> task<> { co_await add(sp, "b"); };
            co_await tx.savepoint(inner);
        };
        co_await db.transaction(body);
        hawser::unit_of_work unit{db};
        unit.insert(fund::make_account("c"));
        unit.insert(fund::make_account("d"));
        co_await unit.commit();
        co_await db.run_script("delete from transfers; delete from transfers");
        CHECK(plan.steps() == std::vector<std::string>{"BEGIN", "accounts.insert", "SAVEPOINT 1",
                                                       "accounts.insert", "RELEASE 1", "COMMIT",
                                                       "accounts.insert", "accounts.insert", "script"});
        CHECK(plan.struck() == 0);
        const auto n = co_await count(db);
        CHECK(n == 4);
    });
}

TEST_CASE("a statement is refused with the failure that is planned, and is not done", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        plan.at_statement(2).fail(errc::unique_violation);
        co_await add(db, "a");
        const auto e = co_await error_of(add(db, "b"));
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.info().statement_name == "accounts.insert");
        CHECK(e.info().table == "accounts");
        CHECK(e.info().sql.starts_with("insert into"));
        CHECK(e.message() == "fault plan: step 2 (accounts.insert) is refused");
        co_await add(db, "c");
        plan.expect_struck();
        const auto n = co_await count(db);
        CHECK(n == 2);
    });
}

TEST_CASE("a refused statement undoes its whole unit, and is named by its index", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        for (std::size_t k = 1; k <= 3; ++k) {
            hawser::unit_of_work unit{db};
            for (const char* code : {"a", "b", "c"}) unit.insert(fund::make_account(code));
            plan.at_statement(k).fail(errc::disk_full);
            const auto e = co_await error_of(unit.commit());
            CHECK(e.kind() == errc::disk_full);
            CHECK(e.info().statement_index == k - 1);
            const auto n = co_await count(db);
            CHECK(n == 0);
        }
        CHECK(plan.struck() == 3);
    });
}

TEST_CASE("a bulk statement is refused in the middle of its rows", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        const hawser::repository<account> accounts{db};
        std::vector<account> rows;
        for (int i = 0; i < 10; ++i) rows.push_back(fund::make_account(std::to_string(i)));
        plan.at_statement().fail(errc::disk_full);
        const auto whole = co_await error_of(accounts.bulk_insert(rows));
        CHECK(whole.kind() == errc::disk_full);
        CHECK(whole.info().row == 5);
        const auto none = co_await count(db);
        CHECK(none == 0);
        plan.at_statement(2).fail(errc::disk_full);
        const auto chunks = co_await error_of(accounts.bulk_insert(rows, {.atomic = false, .chunk = 4}));
        CHECK(chunks.info().row == 6);
        CHECK(chunks.info().resume_from == 4);
        const auto first = co_await count(db);
        CHECK(first == 4);
    });
}

TEST_CASE("faults are found by the statement's name", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        plan.at_statement("accounts.count", 2).fail(errc::busy);
        co_await add(db, "a");
        const auto n = co_await count(db);
        CHECK(n == 1);
        co_await add(db, "b");
        const auto e = co_await error_of(count(db));
        CHECK(e.kind() == errc::busy);
        CHECK(e.retryable());
        plan.at_statement("accounts.insert").fail(errc::busy);
        plan.at_statement("named").fail(errc::disk_full);
        const auto own = co_await error_of(add(db.with({.name = "named"}), "c"));
        CHECK(own.kind() == errc::busy);
        CHECK(own.info().statement_name == "named");
        CHECK(own.message().starts_with("fault plan: step 5 (accounts.insert)"));
    });
}

TEST_CASE("a transaction outlives a refused statement", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        hawser::transaction tx = co_await db.begin();
        co_await add(tx, "a");
        plan.at_statement(1).fail(errc::busy);
        const auto e = co_await error_of(add(tx, "b"));
        CHECK(e.kind() == errc::busy);
        co_await add(tx, "c");
        co_await tx.commit();
        const auto n = co_await count(db);
        CHECK(n == 2);
    });
}

TEST_CASE("a COMMIT that is refused has rolled back", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        hawser::transaction tx = co_await db.begin();
        co_await add(tx, "a");
        plan.at_commit().fail(errc::disk_full);
        const auto e = co_await error_of(tx.commit());
        CHECK(e.kind() == errc::disk_full);
        CHECK_FALSE(e.may_have_executed());
        const auto n = co_await count(db);
        CHECK(n == 0);
    });
}

TEST_CASE("contention is tried again, as in production", "[testing]") {
    testing::fault_plan plan;
    auto main = [&]() -> task<> {
        const hawser::database db = co_await testing::memory_database<account, transfer>(
            {.faults = &plan, .retry = {.first_pause = 0ms}});
        unsigned attempts = 0;
        auto body = [&](hawser::transaction& tx) -> task<> {
            attempts = tx.attempt();
            co_await add(tx, "a");
        };
        plan.at_commit().fail(errc::busy);
        plan.at_statement(2).fail(errc::busy);
        co_await db.transaction(body);
        plan.expect_struck();
        CHECK(attempts == 3);
        const auto n = co_await count(db);
        CHECK(n == 1);
        co_await db.close();
    };
    hawser::run(main());
}

TEST_CASE("a write whose connection is cut ends as commit_unknown, done or not", "[testing][concurrency]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        plan.at_statement().cut(moment::before);
        const auto before = co_await error_of(add(db, "a"));
        CHECK(before.kind() == errc::commit_unknown);
        CHECK(before.may_have_executed());
        const auto none = co_await count(db);
        CHECK(none == 0);
        plan.at_statement().cut(moment::after);
        const auto after = co_await error_of(add(db, "b"));
        CHECK(after.kind() == errc::commit_unknown);
        const auto one = co_await count(db);
        CHECK(one == 1);
        plan.at_statement().cut(moment::after);
        const auto read = co_await error_of(count(db));
        CHECK(read.kind() == errc::connection_lost);
    });
}

TEST_CASE("a unit is cut whole", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        hawser::unit_of_work unit{db};
        unit.insert(fund::make_account("a"));
        unit.insert(fund::make_account("b"));
        plan.at_statement(1).cut(moment::after);
        const auto first = co_await error_of(unit.commit());
        CHECK(first.kind() == errc::commit_unknown);
        const auto none = co_await count(db);
        CHECK(none == 0);
        plan.at_statement(2).cut(moment::after);
        const auto last = co_await error_of(unit.commit());
        CHECK(last.kind() == errc::commit_unknown);
        const auto both = co_await count(db);
        CHECK(both == 2);
    });
}

TEST_CASE("a transaction whose connection is cut is rolled back, and all that comes on it fails",
          "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        for (const moment when : {moment::before, moment::after}) {
            hawser::transaction tx = co_await db.begin();
            co_await add(tx, "a");
            plan.at_statement().cut(when);
            const auto cut = co_await error_of(add(tx, "b"));
            CHECK(cut.kind() == errc::connection_lost);
            const auto later = co_await error_of(add(tx, "c"));
            CHECK(later.kind() == errc::connection_lost);
            const auto end = co_await error_of(tx.commit());
            CHECK(end.kind() == errc::connection_lost);
            const auto n = co_await count(db);
            CHECK(n == 0);
        }
    });
}

TEST_CASE("a COMMIT that is cut is in doubt: rolled back before, stored after", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        std::int64_t stored = 0;
        for (const moment when : {moment::before, moment::after}) {
            hawser::transaction tx = co_await db.begin();
            co_await add(tx, "a");
            plan.at_commit().cut(when);
            const auto e = co_await error_of(tx.commit());
            CHECK(e.kind() == errc::commit_unknown);
            stored = co_await count(db);
            CHECK(stored == (when == moment::after ? 1 : 0));
        }
    });
}

TEST_CASE("a session goes with the transaction on its connection", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        hawser::session s = co_await db.session();
        co_await add(s, "a");
        hawser::transaction tx = co_await s.begin();
        plan.at_statement().cut();
        const auto e = co_await error_of(add(tx, "b"));
        CHECK(e.kind() == errc::connection_lost);
        const auto later = co_await error_of(add(s, "c"));
        CHECK(later.kind() == errc::connection_lost);
        const auto n = co_await count(db);
        CHECK(n == 1);
    });
}

TEST_CASE("a statement that is held waits for its release, and others pass", "[testing][concurrency]") {
    with_faults(where::file, [](hawser::database db, testing::fault_plan& plan) -> task<> {
        const auto executor = co_await asio::this_coro::executor;
        const auto held = plan.at_statement("held").hold();
        bool ended = false;
        auto write = [&]() -> task<> {
            co_await add(db.with({.name = "held"}), "a");
            ended = true;
        };
        asio::co_spawn(executor, write(), asio::detached);
        co_await held.reached();
        co_await add(db, "b");
        const auto others = co_await count(db);
        CHECK(others == 1);
        CHECK_FALSE(ended);
        held.release();
        while (!ended) co_await asio::post(executor, asio::use_awaitable);
        const auto both = co_await count(db);
        CHECK(both == 2);
    });
}

TEST_CASE("an answer that is held is of work that is done", "[testing][concurrency]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        const auto executor = co_await asio::this_coro::executor;
        const auto held = plan.at_statement().hold(moment::after);
        bool ended = false;
        auto write = [&]() -> task<> {
            co_await add(db, "a");
            ended = true;
        };
        asio::co_spawn(executor, write(), asio::detached);
        co_await held.reached();
        const auto n = co_await count(db);
        CHECK(n == 1);
        CHECK_FALSE(ended);
        held.release();
        while (!ended) co_await asio::post(executor, asio::use_awaitable);
    });
}

TEST_CASE("a held statement ends at its deadline", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        {
            const auto held = plan.at_statement().hold();
            const auto e = co_await error_of(add(db.with({.timeout = 5ms}), "a"));
            CHECK(e.kind() == errc::statement_timeout);
            CHECK(held.is_reached());
        }
        const auto n = co_await count(db);
        CHECK(n == 0);
        CHECK(db.get().database->engine->room().count().inside == 0);
    });
}

TEST_CASE("a delayed statement is done later", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        plan.at_statement().delay(20ms);
        const auto before = std::chrono::steady_clock::now();
        co_await add(db, "a");
        CHECK(std::chrono::steady_clock::now() - before >= 20ms);
        plan.expect_struck();
    });
}

TEST_CASE("a cancellation strikes before a statement is begun, or when it is done",
          "[testing][concurrency]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        const auto executor = co_await asio::this_coro::executor;
        for (const moment when : {moment::before, moment::after}) {
            asio::cancellation_signal signal;
            std::optional<std::exception_ptr> ended;
            bool returned = false;
            auto write = [&]() -> task<> {
                co_await asio::this_coro::throw_if_cancelled(false);
                co_await add(db, when == moment::before ? "before" : "after");
                returned = true;
            };
            plan.at_statement().cancel(signal, executor, when);
            asio::co_spawn(
                executor, write(),
                asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) { ended = e; }));
            while (!ended) co_await asio::post(executor, asio::use_awaitable);
            plan.expect_struck();
            CHECK(returned == (when == moment::after));
        }
        const auto codes = co_await db.query<std::string, "select code from accounts">();
        CHECK(codes == std::vector<std::string>{"after"});
    });
}

TEST_CASE("a plan says what did not come to pass", "[testing]") {
    with_faults([](hawser::database db, testing::fault_plan& plan) -> task<> {
        plan.at_statement("transfers.insert").fail();
        co_await add(db, "a");
        std::string said;
        try {
            plan.expect_struck();
        } catch (const testing::failed_expectation& e) { said = e.what(); }
        CHECK(said == "1 planned faults have not struck; these steps were taken:\n  accounts.insert");
        plan.clear();
        plan.expect_struck();
        CHECK(plan.steps().empty());
    });
}
