// The code of docs/guides/lost_commits.md, against servers that go away before their answer.
#include "support/catch.hpp"
#include "support/waiting_server.hpp"
#include <hawser/hawser.hpp>
#include <string>

namespace lost_commits_page {

// [order]
struct order {
    std::int64_t id{};
    std::string client_id{}; // the program's own, which it has before it sends the row
    std::int64_t lots{};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, client_id, lots))
consteval auto hawser_table(hawser::of<order>) {
    return hawser::table<order>("orders", hawser::primary_key<&order::id>.generated(),
                                hawser::unique<&order::client_id>);
}
// [/order]

struct leg {
    std::int64_t id{};
    std::int64_t order_id{};
};
BOOST_DESCRIBE_STRUCT(leg, (), (id, order_id))
consteval auto hawser_table(hawser::of<leg>) {
    return hawser::table<leg>("legs", hawser::primary_key<&leg::id>.generated(),
                              hawser::references<&leg::order_id, order>);
}

struct holding {
    std::string symbol{};
    std::int64_t lots{};
};
BOOST_DESCRIBE_STRUCT(holding, (), (symbol, lots))
consteval auto hawser_table(hawser::of<holding>) {
    return hawser::table<holding>("holdings", hawser::primary_key<&holding::symbol>);
}

struct receipt {
    std::string fill_id{};
};
BOOST_DESCRIBE_STRUCT(receipt, (), (fill_id))
consteval auto hawser_table(hawser::of<receipt>) {
    return hawser::table<receipt>("receipts", hawser::primary_key<&receipt::fill_id>);
}

} // namespace lost_commits_page

using hawser::col;
using hawser::task;
using lost_commits_page::holding;
using lost_commits_page::leg;
using lost_commits_page::order;
using lost_commits_page::receipt;
using support::waiting_server;

namespace {

// [store]
// The order is stored once, by the first call or by the second.
hawser::task<> store(const hawser::repository<order>& orders, order& o) {
    const auto first = co_await hawser::as_result(orders.insert(o));
    if (first) co_return;
    if (!first.error().may_have_executed()) first.value(); // throws: nothing is stored
    const auto again = co_await hawser::as_result(orders.insert(o));
    if (!again && !again.error().violates<&order::client_id>()) again.value(); // throws: still not known
}
// [/store]

task<> apply(const hawser::database& db, const std::string& number, std::int64_t lots) {
    receipt seen;
    seen.fill_id = number;
    // [receipt]
    hawser::unit_of_work unit{db, {.name = "apply fill"}};
    unit.insert(seen); // its key is the exchange's number of the fill: it is there once
    unit.update<holding>(col<&holding::symbol> == "BTC",
                         hawser::set<&holding::lots>(col<&holding::lots> + lots));
    auto done = co_await hawser::as_result(unit.commit());
    if (!done && done.error().may_have_executed()) done = co_await hawser::as_result(unit.commit());
    if (!done && !done.error().violates<&receipt::fill_id>()) done.value(); // throws
    // [/receipt]
}

task<> insert_once(const hawser::database& db, order& o) {
    // [resolve]
    hawser::transaction tx = co_await db.begin({.resolve_commit = true});
    co_await hawser::repository<order>{tx}.insert(o);
    co_await tx.commit(); // stored; connection_lost: surely not
    // [/resolve]
}

task<bool> insert_both_once(const hawser::database& db, const order& o) {
    // [resolve-unit]
    hawser::unit_of_work unit{db};
    const auto placed = unit.insert(o);                            // this leaves with BEGIN,
    unit.insert(leg{}, hawser::bind<&leg::order_id>(placed.id())); // and this with COMMIT
    const hawser::commit_result done = co_await unit.commit({.resolve_commit = true});
    const bool key_is_known = done.operations[1].answered; // its answer may be lost with that to COMMIT
    // [/resolve-unit]
    co_return key_is_known;
}

void make_tables(const support::fresh_database& fresh) {
    auto look = fresh.look();
    look.exec(std::string(hawser::create_postgres<order>));
    look.exec(std::string(hawser::create_postgres<leg>));
    look.exec(std::string(hawser::create_postgres<holding>));
    look.exec(std::string(hawser::create_postgres<receipt>));
    look.exec("insert into holdings values ('BTC', 5)");
}

template <class Body>
void on_database(const std::string& url, Body body) {
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(url);
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

// Whoever first writes to the table loses the connection in the middle of it.
void kill_first_writer(const support::fresh_database& fresh, const std::string& table) {
    fresh.look().exec(
        "create sequence writers; create function kill() returns trigger language plpgsql as $$ "
        "begin if nextval('writers') = 1 then perform pg_terminate_backend(pg_backend_pid()); "
        "perform pg_sleep(30); end if; return new; end $$; create trigger kill before insert on " +
        table + " for each row execute function kill()");
}

} // namespace

TEST_CASE("the page of lost commits: an order whose answer is lost, and which is not stored, is stored once",
          "[postgres][docs]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    make_tables(fresh);
    kill_first_writer(fresh, "orders");
    on_database(fresh.url(), [](const hawser::database& db) -> task<> {
        order o;
        o.client_id = "A-1";
        const hawser::repository<order> orders{db};
        co_await store(orders, o);
    });
    CHECK(fresh.look().integer("select count(*) from orders") == 1);
    CHECK(fresh.look().integer("select last_value from writers") == 2);
    fresh.look().exec("select setval('writers', 1, false)");
    on_database(fresh.url(), [](const hawser::database& db) -> task<> {
        order o;
        o.client_id = "A-2";
        const auto lost = co_await hawser::as_result(hawser::repository<order>{db}.insert(o));
        REQUIRE(!lost);
        CHECK(lost.error().info().sqlstate == "57P01");
        CHECK(
            lost.error().message() ==
            "the server ended the connection: admin shutdown (postgres 57P01) before the answer: the work is "
            "stored whole or not at all in orders.insert");
    });
}

TEST_CASE("the page of lost commits: an order whose answer is lost, and which is stored, is stored once",
          "[postgres][docs]") {
    NEED_POSTGRES();
    waiting_server server;
    const support::fresh_database fresh(*server);
    make_tables(fresh);
    auto cut = server.end_one();
    on_database(waiting_server::url(fresh), [](const hawser::database& db) -> task<> {
        order o;
        o.client_id = "A-1";
        const auto lost = co_await hawser::as_result(hawser::repository<order>{db}.insert(o));
        REQUIRE(!lost);
        CHECK(lost.error().kind() == hawser::errc::commit_unknown);
        CHECK(lost.error().may_have_executed());
        CHECK_FALSE(lost.error().retryable());
        CHECK(lost.error().message() ==
              "the server closed the connection before the answer: the work is stored "
              "whole or not at all in orders.insert");
    });
    cut.get();
    CHECK(fresh.look().integer("select count(*) from orders") == 1);
    on_database(waiting_server::url(fresh), [](const hawser::database& db) -> task<> {
        order o;
        o.client_id = "A-1";
        const auto again = co_await hawser::as_result(hawser::repository<order>{db}.insert(o));
        REQUIRE(!again);
        CHECK(again.error().violates<&order::client_id>());
    });
    cut = server.end_one();
    on_database(waiting_server::url(fresh), [](const hawser::database& db) -> task<> {
        order o;
        o.client_id = "A-2";
        const hawser::repository<order> orders{db};
        co_await store(orders, o);
    });
    cut.get();
    CHECK(fresh.look().integer("select count(*) from orders") == 2);
}

TEST_CASE("the page of lost commits: a unit with a receipt is done once, whether its answer is lost before "
          "or after",
          "[postgres][docs]") {
    NEED_POSTGRES();
    const auto apply_it = [](const hawser::database& db) -> task<> {
        const std::string number = "42";
        co_await apply(db, number, 3);
    };
    SECTION("it is not stored") {
        const support::fresh_database fresh;
        make_tables(fresh);
        kill_first_writer(fresh, "receipts");
        on_database(fresh.url(), apply_it);
        CHECK(fresh.look().integer("select lots from holdings") == 8);
        CHECK(fresh.look().integer("select last_value from writers") == 2);
    }
    SECTION("it is stored") {
        waiting_server server;
        const support::fresh_database fresh(*server);
        make_tables(fresh);
        auto cut = server.end_one();
        on_database(waiting_server::url(fresh), apply_it);
        cut.get();
        CHECK(fresh.look().integer("select lots from holdings") == 8);
    }
}

TEST_CASE("the page of lost commits: before its COMMIT a lost transaction is undone, after it nobody knows",
          "[postgres][docs]") {
    NEED_POSTGRES();
    SECTION("before") {
        const support::fresh_database fresh;
        make_tables(fresh);
        on_database(fresh.url(), [&](const hawser::database& db) -> task<> {
            order o;
            o.client_id = "A-1";
            hawser::transaction tx = co_await db.begin();
            const hawser::repository<order> orders{tx};
            co_await orders.insert(o);
            fresh.cluster().terminate_all(fresh.name());
            const auto lost = co_await hawser::as_result(orders.count());
            REQUIRE(!lost);
            CHECK(lost.error().kind() == hawser::errc::connection_lost);
            CHECK_FALSE(lost.error().may_have_executed());
            CHECK_THAT(lost.error().message(),
                       support::contains_text(" inside the transaction, which the server rolls back"));
            const auto refused = co_await hawser::as_result(tx.commit());
            REQUIRE(!refused);
            CHECK(refused.error().id() == "DB_TXN_001");
            CHECK_FALSE(refused.error().may_have_executed());
            const auto stored = co_await hawser::repository<order>{db}.count();
            CHECK(stored == 0);
        });
    }
    SECTION("after") {
        waiting_server server;
        const support::fresh_database fresh(*server);
        make_tables(fresh);
        auto cut = server.end_one();
        on_database(waiting_server::url(fresh), [](const hawser::database& db) -> task<> {
            order o;
            o.client_id = "A-1";
            hawser::transaction tx = co_await db.begin();
            const hawser::repository<order> orders{tx};
            co_await orders.insert(o);
            const auto lost = co_await hawser::as_result(tx.commit());
            REQUIRE(!lost);
            CHECK(lost.error().kind() == hawser::errc::commit_unknown);
            CHECK(lost.error().may_have_executed());
        });
        cut.get();
        CHECK(fresh.look().integer("select count(*) from orders") == 1);
        cut = server.end_one();
        on_database(waiting_server::url(fresh), [](const hawser::database& db) -> task<> {
            order o;
            o.client_id = "A-2";
            co_await insert_once(db, o);
        });
        cut.get();
        CHECK(fresh.look().integer("select count(*) from orders") == 2);
        cut = server.end_one();
        on_database(waiting_server::url(fresh), [](const hawser::database& db) -> task<> {
            order o;
            o.client_id = "A-3";
            const bool key_is_known = co_await insert_both_once(db, o);
            CHECK_FALSE(key_is_known);
        });
        cut.get();
        CHECK(fresh.look().integer("select count(*) from legs") == 1);
    }
}
