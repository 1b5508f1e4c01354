#include "fund.hpp"
#include "support/catch.hpp"
#include <hawser/testing.hpp>

namespace testing = hawser::testing;
using fund::account;
using hawser::col;
using hawser::task;

namespace {

// What an expectation that does not hold says.
template <class Expectation>
std::string complaint(Expectation expectation) {
    try {
        expectation();
    } catch (const testing::failed_expectation& e) { return e.what(); }
    return "held";
}

template <class Body>
void on_fund(Body body) {
    testing::recorder seen;
    auto main = [&]() -> task<> {
        const hawser::database db =
            co_await testing::memory_database<account, fund::transfer>({.observer = &seen});
        co_await body(db, seen);
        co_await db.close();
    };
    hawser::run(main());
}

} // namespace

TEST_CASE("a recorder tells name, text, rows and transaction of what was run", "[testing]") {
    on_fund([](hawser::database db, testing::recorder& seen) -> task<> {
        CHECK(seen.statements().empty());
        const auto watch = seen.scope();
        auto body = [](hawser::transaction& tx) -> task<> {
            account a = fund::make_account("a", 10);
            co_await hawser::repository<account>{tx}.insert(a);
            account same = fund::make_account("a");
            const auto again = co_await hawser::as_result(hawser::repository<account>{tx}.insert(same));
            CHECK(again.has_error());
        };
        co_await db.transaction(body, {.name = "open_account"});
        const std::int64_t n = co_await db.query_one<std::int64_t, "select count(*) from accounts">();
        CHECK(n == 1);

        const auto all = watch.statements();
        REQUIRE(all.size() == 3);
        CHECK(all[0].name == "accounts.insert");
        CHECK(all[0].within == "open_account");
        CHECK(all[0].rows == 1);
        CHECK_FALSE(all[0].failure);
        CHECK(all[0].sql.starts_with("insert into \"accounts\""));
        CHECK(all[1].failure == hawser::errc::unique_violation);
        CHECK(all[1].within == "open_account");
        CHECK(all[2].name == "sql");
        CHECK(all[2].sql == "select count(*) from accounts");
        CHECK(all[2].within.empty());
        CHECK(seen.transactions() ==
              std::vector{std::pair(std::string("open_account"), hawser::transaction_outcome::committed)});
    });
}

TEST_CASE("expect_queries counts the statements of its scope", "[testing]") {
    on_fund([](hawser::database db, testing::recorder& seen) -> task<> {
        co_await db.execute<"delete from accounts where id = $1">(1);
        const auto watch = seen.scope();
        watch.expect_queries(0);
        co_await db.execute<"delete from accounts where id = $1">(2);
        watch.expect_queries(1);
        seen.scope().expect_queries(0);
        CHECK(complaint([&] { watch.expect_queries(2); }) ==
              "expected 2 statements, not 1; these were run:\n"
              "  1. sql, 0 rows: delete from accounts where id = ?1");
        CHECK(complaint([&] { seen.scope().expect_queries(1); }) ==
              "expected 1 statement, not 0; these were run:\n  no statement was run");
    });
}

TEST_CASE("expect_sql and expect_names say where the statements differ", "[testing]") {
    on_fund([](hawser::database db, testing::recorder& seen) -> task<> {
        const auto watch = seen.scope();
        co_await db.execute<"delete from accounts where id = $1">(1);
        co_await db.with({.name = "purge"}).execute<"delete from transfers">();
        watch.expect_sql("delete from accounts where id = ?1", "delete from transfers");
        watch.expect_sql(
            std::vector<std::string>{"delete from accounts where id = ?1", "delete from transfers"});
        watch.expect_names("sql", "purge");
        CHECK(complaint([&] { watch.expect_sql("delete from accounts", "delete from transfers"); })
                  .starts_with("statement 1 has another text than expected\n"
                               "  expected: delete from accounts\n"
                               "  run:      delete from accounts where id = ?1; these were run:\n"));
        CHECK(complaint([&] {
                  watch.expect_names("sql");
              }).starts_with("only 1 statement were expected\n  run:      purge"));
        CHECK(complaint([&] {
                  watch.expect_names("sql", "purge", "more");
              }).starts_with("3 statements were expected, 2 run\n  expected: more"));
    });
}

TEST_CASE("a loop of statements where one would do is found and named", "[testing]") {
    on_fund([](hawser::database db, testing::recorder& seen) -> task<> {
        const hawser::repository<account> accounts{db};
        std::vector<account> rows{fund::make_account("a"), fund::make_account("b"), fund::make_account("c")};
        const auto whole = seen.scope();
        const auto ids = co_await accounts.bulk_insert(rows);
        const auto all = co_await accounts.all();
        whole.expect_queries(2);
        whole.expect_no_n_plus_one();
        const auto loop = seen.scope();
        for (const auto id : ids) static_cast<void>(co_await accounts.get(id));
        loop.expect_no_n_plus_one(3);
        const std::string said = complaint([&] { loop.expect_no_n_plus_one(); });
        CHECK(said.starts_with(
            "accounts.get was run 3 times, at most 2 were expected: one statement for each row"));
        CHECK(said.find("3. accounts.get, 1 row: select ") != std::string::npos);
    });
}

TEST_CASE("a stream is one statement that ends with its last row", "[testing]") {
    testing::recorder seen;
    auto main = [&]() -> task<> {
        const hawser::database db =
            co_await testing::temporary_database<account, fund::transfer>({.observer = &seen});
        const hawser::repository<account> accounts{db};
        std::vector<account> rows;
        for (int i = 0; i < 5; ++i) rows.push_back(fund::make_account(std::to_string(i)));
        co_await accounts.bulk_insert(rows);
        const auto watch = seen.scope();
        auto stream = accounts.stream(2);
        const account* first = co_await stream.next();
        CHECK(first->code == "0");
        watch.expect_queries(1);
        CHECK_FALSE(watch.statements()[0].ended);
        while (co_await stream.next()) {}
        CHECK(watch.statements()[0].ended);
        CHECK(watch.statements()[0].rows == 5);
        watch.expect_queries(1);
        co_await db.close();
    };
    hawser::run(main());
}

TEST_CASE("a scope that is older than what was forgotten begins anew with it", "[testing]") {
    hawser::testing::recorder seen;
    const auto run = [&](int times) {
        for (int i = 0; i < times; ++i)
            seen.on(hawser::statement_started{.name = "t.get", .sql = "select 1"});
    };
    run(5);
    const auto old = seen.scope();
    run(1);
    seen.forget();
    old.expect_queries(0);
    run(4);
    old.expect_queries(4);
    const auto young = seen.scope();
    young.expect_queries(0);
    run(2);
    young.expect_queries(2);
    old.expect_queries(6);
    CHECK_THROWS_AS(young.expect_queries(0), hawser::testing::failed_expectation);
}
