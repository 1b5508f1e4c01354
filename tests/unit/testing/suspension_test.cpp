#include "fund.hpp"
#include "support/catch.hpp"
#include "support/endings.hpp"
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <hawser/testing.hpp>
#include <map>
#include <set>

namespace testing = hawser::testing;
using fund::account;
using fund::transfer;
using hawser::col;
using hawser::set;
using hawser::task;
using testing::interruption;

namespace {

// Two accounts that hold 100 between them.
task<void> two_accounts(hawser::database db) {
    std::vector<account> both{fund::make_account("a", 60), fund::make_account("b", 40)};
    co_await hawser::repository<account>{db}.bulk_insert(both);
}

// Money is neither made nor lost, and is moved if its transfer is stored: with the one that the body makes, or not.
task<void> sums_hold(hawser::database db, const interruption& at) {
    const hawser::repository<account> accounts{db};
    const account a = co_await accounts.get(1);
    const account b = co_await accounts.get(2);
    const auto transfers = co_await hawser::repository<transfer>{db}.all();
    INFO(to_string(at));
    std::int64_t moved = 0;
    for (const auto& t : transfers) moved += t.amount;
    CHECK(a.balance + b.balance == 100);
    CHECK(a.balance == 60 - moved);
    CHECK((transfers.size() == 0 || transfers.size() == 1));
    if (at.is_stored()) CHECK(transfers.size() == 1);
    if (!at.may_be_stored()) CHECK(transfers.empty());
}
// Same, and contention has been overcome.
task<void> sums_hold_at_last(hawser::database db, const interruption& at) {
    if (at.kind == testing::interruption_kind::contended) CHECK(at.completed);
    return sums_hold(std::move(db), at);
}

using lines = std::vector<std::string>;

// A check that notes how the body has ended, too.
auto noting(support::endings& seen, auto check) {
    return [&seen, check](hawser::database db, const interruption& at) -> task<> {
        seen.note(at);
        co_await check(std::move(db), at);
    };
}

transfer one_transfer() {
    transfer t;
    t.from_id = 1;
    t.to_id = 2;
    t.amount = 25;
    return t;
}

} // namespace

TEST_CASE("a unit of work moves money whole or not at all, whatever happens to it",
          "[testing][concurrency]") {
    const auto move = [](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        unit.insert(one_transfer());
        unit.update<account>(col<&account::id> == 1, set<&account::balance>(col<&account::balance> - 25));
        unit.update<account>(col<&account::id> == 2, set<&account::balance>(col<&account::balance> + 25));
        co_await unit.commit();
    };
    testing::suspension_options in_memory, in_file{.in_file = true}, on_the_io_thread{.in_file = true};
    on_the_io_thread.database.sqlite.writer = hawser::writer_mode::inline_;
    for (const auto& options : {in_memory, in_file, on_the_io_thread}) {
        support::endings ends;
        const auto report = testing::for_every_suspension<account, transfer>(
            two_accounts, move, noting(ends, sums_hold_at_last), options);
        CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: well",
                                   "cancelled while it was queued: cancelled",
                                   "cancelled after it was done: well",
                                   "connection lost before it was done: commit_unknown",
                                   "connection lost after it was done: commit_unknown"});
        CHECK(report.steps ==
              std::vector<std::string>{"transfers.insert", "accounts.update_where", "accounts.update_where"});
        CHECK(report.runs == 1 + 7 * (3 + 1)); // each kind ends with a run that has no such step
    }
}

TEST_CASE("a unit of rows by their keys does too, with the writer on the io thread", "[testing]") {
    const auto move = [](hawser::database db) -> task<> {
        const hawser::repository<account> accounts{db};
        account a = co_await accounts.get(1);
        account b = co_await accounts.get(2);
        a.balance -= 25;
        b.balance += 25;
        hawser::unit_of_work unit{db};
        unit.update(a);
        unit.update(b);
        unit.insert(one_transfer());
        co_await unit.commit();
    };
    testing::suspension_options options{.in_file = true};
    options.database.sqlite.writer = hawser::writer_mode::inline_;
    support::endings ends;
    const auto report = testing::for_every_suspension<account, transfer>(two_accounts, move,
                                                                         noting(ends, sums_hold), options);
    CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy well",
                               "cancelled while it was queued: cancelled",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown connection_lost",
                               "connection lost after it was done: commit_unknown connection_lost"});
    CHECK(report.steps.size() == 5);
}

TEST_CASE("a chunked bulk insert stores whole chunks, and tells where it goes on", "[testing]") {
    std::optional<std::size_t> resume;
    const auto load = [&resume](hawser::database db) -> task<> {
        resume.reset();
        std::vector<account> rows;
        for (int i = 0; i < 10; ++i) rows.push_back(fund::make_account(std::to_string(i)));
        const auto r = co_await hawser::as_result(
            hawser::repository<account>{db}.bulk_insert(rows, {.atomic = false, .chunk = 4}));
        if (!r.has_error()) co_return;
        resume = r.error().info().resume_from;
        throw r.error();
    };
    const auto chunks = [&resume](hawser::database db, const interruption& at) -> task<> {
        const auto n = co_await hawser::repository<account>{db}.count();
        INFO(to_string(at));
        CHECK((n == 0 || n == 4 || n == 8 || n == 10));
        if (at.is_stored()) CHECK(n == 10);
        if (resume && at.failure != hawser::errc::commit_unknown)
            CHECK(static_cast<std::int64_t>(*resume) == n);
    };
    support::endings ends;
    const auto report = testing::for_every_suspension<account>(load, noting(ends, chunks));
    CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                               "cancelled while it was queued: cancelled",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown",
                               "connection lost after it was done: commit_unknown"});
    CHECK(report.steps.size() == 3);
}

TEST_CASE("a transaction within a session is whole or nothing, and the session goes with its connection",
          "[testing]") {
    const auto move = [](hawser::database db) -> task<> {
        hawser::session s = co_await db.session();
        auto body = [](hawser::transaction& tx) -> task<> {
            const hawser::repository<account> accounts{tx};
            account a = co_await accounts.get(1);
            account b = co_await accounts.get(2);
            a.balance -= 25;
            b.balance += 25;
            static_cast<void>(co_await accounts.update(a));
            static_cast<void>(co_await accounts.update(b));
            transfer t = one_transfer();
            co_await hawser::repository<transfer>{tx}.insert(t);
        };
        co_await s.transaction(body);
        co_await s.close();
    };
    const auto whole = [](hawser::database db, const interruption& at) -> task<> {
        interruption told = at;
        told.completed = at.completed || at.name == "hand back"; // after which all is stored
        co_await sums_hold(db, told);
    };
    support::endings ends;
    const auto report = testing::for_every_suspension<account, transfer>(
        two_accounts, move, noting(ends, whole), {.in_file = true});
    CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy well",
                               "cancelled while it was queued: cancelled well",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown connection_lost",
                               "connection lost after it was done: commit_unknown connection_lost"});
    CHECK(report.steps.front() == "connect");
    CHECK(report.steps.back() == "hand back");
}

TEST_CASE("so does a unit with a body, which is a transaction", "[testing]") {
    const auto move = [](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        unit.insert(one_transfer());
        unit.run([](hawser::transaction& tx) -> task<> {
            const hawser::repository<account> accounts{tx};
            account a = co_await accounts.get(1);
            a.balance -= 25;
            static_cast<void>(co_await accounts.update(a));
        });
        unit.update<account>(col<&account::id> == 2, set<&account::balance>(col<&account::balance> + 25));
        co_await unit.commit();
    };
    support::endings ends;
    const auto report =
        testing::for_every_suspension<account, transfer>(two_accounts, move, noting(ends, sums_hold_at_last));
    CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: well",
                               "cancelled while it was queued: cancelled well",
                               "cancelled after it was done: cancelled well",
                               "connection lost before it was done: commit_unknown connection_lost",
                               "connection lost after it was done: commit_unknown connection_lost"});
    CHECK(report.steps == std::vector<std::string>{"BEGIN", "transfers.insert", "accounts.get",
                                                   "accounts.update", "accounts.update_where", "COMMIT"});
}

TEST_CASE("a transaction with a savepoint that is undone stores the rest whole or nothing", "[testing]") {
    for (const bool in_file : {false, true}) {
        const auto move = [](hawser::database db) -> task<> {
            auto body = [](hawser::transaction& tx) -> task<> {
                const hawser::repository<account> accounts{tx};
                account a = co_await accounts.get(1);
                a.balance -= 25;
                static_cast<void>(co_await accounts.update(a));
                auto wrong = [&](hawser::transaction& sp) -> task<> {
                    account undone = a;
                    undone.balance = 1000;
                    static_cast<void>(co_await hawser::repository<account>{sp}.update(undone));
                    hawser::throw_error(hawser::errc::precondition_failed, "undone by the test");
                };
                const auto failed = co_await hawser::as_result(tx.savepoint(wrong));
                if (failed.error().kind() != hawser::errc::precondition_failed) throw failed.error();
                account b = co_await accounts.get(2);
                b.balance += 25;
                static_cast<void>(co_await accounts.update(b));
                transfer t = one_transfer();
                co_await hawser::repository<transfer>{tx}.insert(t);
            };
            co_await db.transaction(body);
        };
        support::endings ends;
        const auto report = testing::for_every_suspension<account, transfer>(
            two_accounts, move, noting(ends, sums_hold), {.in_file = in_file});
        // Where ROLLBACK TO is refused the transaction is given back: to go on with it is misuse.
        CHECK(ends.told() == lines{"refused with disk_full: disk_full misuse",
                                   "refused with busy: misuse well",
                                   "cancelled while it was queued: cancelled well",
                                   "cancelled after it was done: cancelled well",
                                   "connection lost before it was done: commit_unknown connection_lost",
                                   "connection lost after it was done: commit_unknown connection_lost"});
        CHECK(report.steps == std::vector<std::string>{"BEGIN", "accounts.get", "accounts.update",
                                                       "SAVEPOINT 1", "accounts.update", "ROLLBACK TO 1",
                                                       "RELEASE 1", "accounts.get", "accounts.update",
                                                       "transfers.insert", "COMMIT"});
    }
}

TEST_CASE("an atomic bulk insert stores all of its rows or none", "[testing]") {
    for (const bool in_chunks : {false, true}) {
        const auto load = [in_chunks](hawser::database db) -> task<> {
            std::vector<account> rows;
            for (int i = 0; i < 10; ++i) rows.push_back(fund::make_account(std::to_string(i)));
            const hawser::repository<account> accounts{db};
            if (in_chunks) {
                hawser::bulk_options options;
                options.chunk = 4;
                options.progress = +[](std::size_t, std::size_t) {};
                static_cast<void>(co_await accounts.bulk_insert(rows, options));
            } else {
                static_cast<void>(co_await accounts.bulk_insert(rows));
            }
        };
        const auto whole = [](hawser::database db, const interruption& at) -> task<> {
            const auto n = co_await hawser::repository<account>{db}.count();
            INFO(to_string(at));
            CHECK((n == 0 || n == 10));
            if (at.is_stored()) CHECK(n == 10);
            if (!at.may_be_stored()) CHECK(n == 0);
        };
        support::endings ends;
        const auto report = testing::for_every_suspension<account>(load, noting(ends, whole));
        if (in_chunks)
            CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                                       "cancelled while it was queued: cancelled well",
                                       "cancelled after it was done: cancelled well",
                                       "connection lost before it was done: commit_unknown connection_lost",
                                       "connection lost after it was done: commit_unknown connection_lost"});
        else
            CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                                       "cancelled while it was queued: cancelled",
                                       "cancelled after it was done: well",
                                       "connection lost before it was done: commit_unknown",
                                       "connection lost after it was done: commit_unknown"});
        CHECK(report.steps.size() == (in_chunks ? 5 : 1));
    }
}

TEST_CASE("a stream gives rows in order and whole batches until it fails, and lets its snapshot go",
          "[testing]") {
    std::vector<std::int64_t> seen;
    const auto fill = [](hawser::database db) -> task<> {
        std::vector<account> rows;
        for (int i = 0; i < 27; ++i) rows.push_back(fund::make_account(std::to_string(i)));
        static_cast<void>(co_await hawser::repository<account>{db}.bulk_insert(rows));
    };
    const auto read = [&seen](hawser::database db) -> task<> {
        seen.clear();
        auto rows = hawser::repository<account>{db}.order_by(hawser::asc<&account::id>).stream(2);
        while (const account* a = co_await rows.next()) seen.push_back(a->id);
    };
    const auto prefix = [&seen](hawser::database, const interruption& at) -> task<> {
        INFO(to_string(at));
        for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == static_cast<std::int64_t>(i + 1));
        if (at.completed)
            CHECK(seen.size() == 27);
        else if (!at.aborted)
            CHECK((seen.size() % 2 == 0 && seen.size() < 27));
        co_return;
    };
    support::endings ends;
    const auto report =
        testing::for_every_suspension<account>(fill, read, noting(ends, prefix), {.in_file = true});
    CHECK(ends.told() == lines{"refused with disk_full: disk_full", "refused with busy: busy",
                               "cancelled while it was queued: cancelled",
                               "cancelled after it was done: cancelled",
                               "connection lost before it was done: connection_lost",
                               "connection lost after it was done: connection_lost"});
    CHECK(report.steps == std::vector<std::string>{"BEGIN", "accounts.select", "fetch", "fetch"});
}

TEST_CASE("what does not hold is told with step, kind and statement", "[testing]") {
    const auto careless = [](hawser::database db) -> task<> { // two writes that belong together
        account a = co_await hawser::repository<account>{db}.get(1);
        a.balance -= 25;
        static_cast<void>(co_await hawser::repository<account>{db}.update(a));
        account b = co_await hawser::repository<account>{db}.get(2);
        b.balance += 25;
        static_cast<void>(co_await hawser::repository<account>{db}.update(b));
    };
    const auto sum = [](hawser::database db, const interruption&) -> task<> {
        const auto all = co_await hawser::repository<account>{db}.sum<&account::balance>();
        if (all != 100) throw std::runtime_error("the sum is wrong");
    };
    std::string said;
    try {
        testing::for_every_suspension<account>(two_accounts, careless, sum);
    } catch (const testing::failed_expectation& e) { said = e.what(); }
    CHECK(said.starts_with("step 3 (accounts.get), refused with disk_full; the body ended with disk_full: "));
    CHECK(said.ends_with("\n  the sum is wrong"));
}

TEST_CASE("a body that fails undisturbed is told", "[testing]") {
    const auto wrong = [](hawser::database db) -> task<> {
        static_cast<void>(co_await hawser::repository<account>{db}.get(1));
    };
    const auto nothing = [](hawser::database, const interruption&) -> task<> { co_return; };
    std::string said;
    try {
        testing::for_every_suspension<account>(wrong, nothing);
    } catch (const testing::failed_expectation& e) { said = e.what(); }
    CHECK(said.starts_with("undisturbed; the body ended with not_found"));
}

TEST_CASE("what an assertion of a test framework throws goes on as it is", "[testing]") {
    struct assertion {};
    const auto body = [](hawser::database db) -> task<> { co_await db.ping(); };
    const auto asserts = [](hawser::database, const interruption& at) -> task<> {
        if (at.kind == testing::interruption_kind::cut_after) throw assertion{};
        co_return;
    };
    CHECK_THROWS_AS(testing::for_every_suspension<account>(body, asserts), assertion);
}

TEST_CASE("a body that waits for ever is told", "[testing]") {
    const auto waits = [](hawser::database db) -> task<> {
        co_await db.ping();
        const auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer never(executor, std::chrono::steady_clock::time_point::max());
        co_await never.async_wait(boost::asio::use_awaitable);
    };
    const auto nothing = [](hawser::database, const interruption&) -> task<> { co_return; };
    std::string said;
    try {
        testing::for_every_suspension<account>(waits, nothing, {.patience = std::chrono::seconds(1)});
    } catch (const testing::failed_expectation& e) { said = e.what(); }
    CHECK(said == "undisturbed\n  the body did not end within 1 s");
}
