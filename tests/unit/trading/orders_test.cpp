#include "fixture.hpp"

using namespace pack;

TEST_CASE("a new order is PENDING") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        order o = order_of("A-1", "BTC", exact("0.5"));
        o.status = order_status::filled;
        co_await d.orders.create(o);
        const order stored = co_await d.orders.get(o.id);
        REQUIRE(stored.status == order_status::pending);
        REQUIRE(stored.quantity.to_string() == "0.50000000");
        REQUIRE_FALSE(stored.price.has_value());
        REQUIRE_FALSE(stored.user_id.has_value());
    });
}

TEST_CASE("an order_id is used once") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        order first = order_of("A-1", "BTC", 1);
        co_await d.orders.create(first);
        order second = order_of("A-1", "ETH", 1);
        const hawser::error e = co_await error_of(d.orders.create(second));
        REQUIRE(e.violates<&order::order_id>());
    });
}

TEST_CASE("an order ends once") {
    const auto begun = GENERATE(order_status::pending, order_status::open, order_status::partially_filled);
    const bool fill_first = GENERATE(true, false);
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        order o = order_of("A-1", "BTC", 1);
        o.status = begun;
        co_await d.orders.insert(o);
        const bool first = fill_first ? co_await d.orders.fill(o.id) : co_await d.orders.cancel(o.id);
        const bool filled = co_await d.orders.fill(o.id);
        const bool cancelled = co_await d.orders.cancel(o.id);
        REQUIRE(first);
        REQUIRE_FALSE(filled);
        REQUIRE_FALSE(cancelled);
        const order stored = co_await d.orders.get(o.id);
        REQUIRE(stored.status == (fill_first ? order_status::filled : order_status::cancelled));
    });
}

TEST_CASE("an order that is not there can be neither filled nor cancelled") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const bool filled = co_await d.orders.fill(1);
        const bool cancelled = co_await d.orders.cancel(1);
        REQUIRE_FALSE(filled);
        REQUIRE_FALSE(cancelled);
    });
}

TEST_CASE("an order is found by its order_id") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        order o = order_of("A-1", "BTC", 1);
        co_await d.orders.create(o);
        const auto found = co_await d.orders.by_order_id("A-1");
        const auto missing = co_await d.orders.by_order_id("A-2");
        REQUIRE(found);
        REQUIRE(found->id == o.id);
        REQUIRE_FALSE(missing);
    });
}

TEST_CASE("orders are listed by user, by symbol and by status, the last one first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const char* symbols[] = {"BTC", "ETH", "BTC"};
        for (int i = 0; i < 3; ++i) {
            order o = order_of(("A-" + std::to_string(i)).c_str(), symbols[i], 1);
            o.user_id = i / 2;
            co_await d.orders.create(o);
        }
        co_await d.orders.cancel(2);
        const auto by_user = co_await d.orders.by_user(0);
        const auto by_symbol = co_await d.orders.by_symbol("BTC");
        const auto pending = co_await d.orders.by_status(order_status::pending);
        const auto one = co_await d.orders.by_status(order_status::pending, 1);
        REQUIRE(by_user.size() == 2);
        REQUIRE(by_user[0].id == 2);
        REQUIRE(by_symbol.size() == 2);
        REQUIRE(by_symbol[0].id == 3);
        REQUIRE(by_symbol[1].id == 1);
        REQUIRE(pending.size() == 2);
        REQUIRE(pending[0].id == 3);
        REQUIRE(one.size() == 1);
    });
}
