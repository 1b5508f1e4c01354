// The code of docs/guides/pipelining.md.
#include "support/catch.hpp"
#include "support/postgres_cluster.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <hawser/hawser.hpp>
#include <utility>
#include <vector>

namespace pipelining_page {

struct order {
    std::int64_t id{};
    std::string symbol{};
    std::int64_t lots{};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, symbol, lots))
consteval auto hawser_table(hawser::of<order>) {
    return hawser::table<order>("orders", hawser::primary_key<&order::id>.generated(),
                                hawser::check("orders_lots_positive", hawser::col<&order::lots> > 0));
}

} // namespace pipelining_page

using hawser::col;
using hawser::task;
using pipelining_page::order;

namespace {

template <class Body>
void on_orders(Body body) {
    const support::fresh_database fresh;
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(fresh.url());
        co_await db.create_tables<order>();
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

order made(const char* symbol, std::int64_t lots) {
    order o;
    o.symbol = symbol;
    o.lots = lots;
    return o;
}

} // namespace

TEST_CASE("the page of pipelining: two statements at once", "[postgres][docs]") {
    NEED_POSTGRES();
    on_orders([](const hawser::database& db) -> task<> {
        const hawser::repository<order> orders{db};
        order one = made("BTC", 1);
        co_await orders.insert(one);
        // [together]
        using namespace boost::asio::experimental::awaitable_operators;
        auto first = orders.where(col<&order::symbol> == "BTC").all(); // nothing is sent yet
        auto second = orders.count();
        const auto [rows, number] = co_await (std::move(first) && std::move(second)); // both in one write
        // [/together]
        CHECK(rows.size() == 1);
        CHECK(number == 1);
    });
}

TEST_CASE("the page of pipelining: one that fails leaves the others", "[postgres][docs]") {
    NEED_POSTGRES();
    on_orders([](const hawser::database& db) -> task<> {
        using namespace boost::asio::experimental::awaitable_operators;
        const hawser::repository<order> orders{db};
        order bad = made("BTC", 0), good = made("ETH", 1);
        // [alone]
        auto first = hawser::as_result(orders.insert(bad)); // breaks a CHECK
        auto second = hawser::as_result(orders.insert(good));
        const auto [refused, stored] = co_await (std::move(first) && std::move(second));
        // refused.error().kind() is check_violation; stored is a success, and its row is there
        // [/alone]
        REQUIRE(!refused);
        CHECK(refused.error().kind() == hawser::errc::check_violation);
        CHECK(stored.has_value());
        const auto number = co_await orders.count();
        CHECK(number == 1);
    });
}

TEST_CASE("the page of pipelining: a unit of work is one round trip, whole or not at all",
          "[postgres][docs]") {
    NEED_POSTGRES();
    on_orders([](const hawser::database& db) -> task<> {
        order bought = made("BTC", 1), sold = made("ETH", 1);
        // [unit]
        hawser::unit_of_work unit{db};
        unit.insert(bought);
        unit.insert(sold);
        const auto done = co_await unit.commit(); // done.round_trips is 1
        // [/unit]
        CHECK(done.round_trips == 1);
        hawser::unit_of_work other{db};
        order fine = made("SOL", 1), broken = made("ADA", 0);
        other.insert(fine);
        other.insert(broken);
        const auto refused = co_await hawser::as_result(other.commit());
        REQUIRE(!refused);
        CHECK(refused.error().info().statement_index == 1);
        const auto number = co_await hawser::repository<order>{db}.count();
        CHECK(number == 2);
    });
}

TEST_CASE("the page of pipelining: what is slow has a connection of its own", "[postgres][docs]") {
    NEED_POSTGRES();
    on_orders([](const hawser::database& db) -> task<> {
        const auto pid = co_await db.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
        // [own]
        hawser::session own = co_await db.session({.name = "report"}); // a connection of one's own
        const auto slow = co_await own.query_one<std::int64_t, "select count(*) from orders">();
        co_await own.close();
        // [/own]
        CHECK(slow == 0);
        hawser::session other = co_await db.session();
        const auto others = co_await other.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
        CHECK(others != pid);
    });
}

TEST_CASE("the page of pipelining: a write whose caller is let go is finished all the same",
          "[postgres][docs]") {
    NEED_POSTGRES();
    on_orders([](const hawser::database& db) -> task<> {
        const auto hasty = db.with({.timeout = std::chrono::milliseconds(50)});
        const hawser::sql slow("insert into orders (symbol, lots) select 'BTC', 1 from pg_sleep(0.3)");
        const auto late = co_await hawser::as_result(hasty.execute(slow));
        REQUIRE(!late);
        CHECK(late.error().kind() == hawser::errc::statement_timeout);
        CHECK(late.error().may_have_executed());
        const auto number = co_await hawser::repository<order>{db}.count(); // stands behind it
        CHECK(number == 1);
    });
}

TEST_CASE(
    "the page of pipelining: after a failure a transaction refuses all up to its rollback, a savepoint's too",
    "[postgres][docs]") {
    NEED_POSTGRES();
    on_orders([](const hawser::database& db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        const hawser::repository<order> orders{tx};
        std::vector<order> rows{made("BTC", 1), made("ETH", 0)};
        const auto fails = [&](hawser::transaction& sp) -> task<> {
            co_await hawser::repository<order>{sp}.bulk_insert(rows);
        };
        const auto undone = co_await hawser::as_result(tx.savepoint(fails));
        CHECK(!undone);
        order good = made("SOL", 1);
        co_await orders.insert(good);
        const auto bulk = co_await hawser::as_result(orders.bulk_insert(rows));
        REQUIRE(!bulk);
        CHECK(bulk.error().kind() == hawser::errc::check_violation);
        const auto refused = co_await hawser::as_result(orders.count());
        REQUIRE(!refused);
        CHECK(refused.error().info().sqlstate == "25P02");
        co_await tx.rollback();
        const auto number = co_await hawser::repository<order>{db}.count();
        CHECK(number == 0);
    });
}
