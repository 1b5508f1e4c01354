#include "fixture.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/co_spawn.hpp>

using namespace pack;

namespace {

task<std::int64_t> stored_user(const desk& d) {
    const testing::factory<user> made;
    const user u = co_await made.insert(d.users);
    co_return u.id;
}

} // namespace

TEST_CASE("what is bought is held, at the average of what it cost") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const std::int64_t ada = co_await stored_user(d);
        // [adjust]
        co_await d.holdings.adjust(ada, "BTC", exact("2"), exact("100"));
        const holding h = co_await d.holdings.adjust(ada, "BTC", exact("1"), exact("103")); // 3 at 101
        // [/adjust]
        REQUIRE(h.quantity == 3);
        REQUIRE(h.average_price == 101);
        const auto stored = co_await d.holdings.by_user_and_symbol(ada, "BTC");
        REQUIRE(stored);
        REQUIRE(stored->id == h.id);
        REQUIRE(stored->quantity == 3);
        REQUIRE(stored->average_price == 101);
        REQUIRE(stored->row_version == 2);
    });
}

TEST_CASE("the average price is rounded half away from zero, to eight digits") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const std::int64_t ada = co_await stored_user(d);
        co_await d.holdings.adjust(ada, "A", 1, exact("0.00000001"));
        const holding half = co_await d.holdings.adjust(ada, "A", 1, exact("0.00000002"));
        co_await d.holdings.adjust(ada, "B", 2, exact("1"));
        const holding third = co_await d.holdings.adjust(ada, "B", 1, exact("2"));
        co_await d.holdings.adjust(ada, "C", exact("5000000000"), exact("9999999999.99999999"));
        const holding large =
            co_await d.holdings.adjust(ada, "C", exact("4999999999.99999999"), exact("9999999999.99999999"));
        REQUIRE(half.average_price == exact("0.00000002"));
        REQUIRE(third.average_price == exact("1.33333333"));
        REQUIRE(large.average_price == exact("9999999999.99999999"));
    });
}

TEST_CASE("a sale leaves the average price, and what is sold out begins anew") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const std::int64_t ada = co_await stored_user(d);
        co_await d.holdings.adjust(ada, "BTC", 2, 100);
        const holding less = co_await d.holdings.adjust(ada, "BTC", -1, 500);
        const holding none = co_await d.holdings.adjust(ada, "BTC", -1, 500);
        const holding again = co_await d.holdings.adjust(ada, "BTC", 4, 7);
        REQUIRE(less.average_price == 100);
        REQUIRE(none.quantity == 0);
        REQUIRE(again.average_price == 7);
        REQUIRE(again.id == less.id);
    });
}

TEST_CASE("more than is held is not sold") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const std::int64_t ada = co_await stored_user(d);
        co_await d.holdings.adjust(ada, "BTC", 2, 100);
        const hawser::error more = co_await error_of(d.holdings.adjust(ada, "BTC", exact("-2.00000001"), 1));
        const hawser::error first = co_await error_of(d.holdings.adjust(ada, "ETH", -1, 1));
        const auto stored = co_await d.holdings.by_user(ada);
        REQUIRE(more.info().constraint == "holdings_quantity_not_negative");
        REQUIRE(first.info().constraint == "holdings_quantity_not_negative");
        REQUIRE(stored.size() == 1);
        REQUIRE(stored[0].quantity == 2);
    });
}

TEST_CASE("holdings of a user are listed by symbol") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const testing::factory<user> made;
        const auto users = co_await made.insert(d.users, 2);
        const std::int64_t ada = users[0].id, bob = users[1].id;
        co_await d.holdings.adjust(ada, "ETH", 1, 1);
        co_await d.holdings.adjust(bob, "ADA", 1, 1);
        co_await d.holdings.adjust(ada, "BTC", 1, 1);
        const auto held = co_await d.holdings.by_user(ada);
        const auto missing = co_await d.holdings.by_user_and_symbol(ada, "ADA");
        REQUIRE(held.size() == 2);
        REQUIRE(held[0].symbol == "BTC");
        REQUIRE(held[1].symbol == "ETH");
        REQUIRE_FALSE(missing);
    });
}

TEST_CASE("a holding is of a user that is there, and one for each symbol") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        const hawser::error stranger = co_await error_of(d.holdings.adjust(42, "BTC", 1, 1));
        const std::int64_t ada = co_await stored_user(d);
        holding h = co_await d.holdings.adjust(ada, "BTC", 1, 1);
        const hawser::error second = co_await error_of(d.holdings.insert(h));
        REQUIRE(stranger.kind() == hawser::errc::foreign_key_violation);
        REQUIRE(second.violates<&holding::user_id, &holding::symbol>());
    });
}

TEST_CASE("of many that adjust one holding at once none is lost", "[concurrency]") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        constexpr int rivals = 8, times = 10;
        const std::int64_t ada = co_await stored_user(d);
        std::atomic<int> failed{0};
        auto rival = [&]() -> task<> {
            for (int i = 0; i < times; ++i) co_await d.holdings.adjust(ada, "BTC", exact("0.5"), 10);
        };
        {
            support::io_threads threads(4);
            for (int i = 0; i < rivals; ++i)
                boost::asio::co_spawn(threads.executor(), rival,
                                      [&](const std::exception_ptr& e) { failed += e ? 1 : 0; });
        }
        const auto stored = co_await d.holdings.by_user_and_symbol(ada, "BTC");
        REQUIRE(failed == 0);
        REQUIRE(stored);
        REQUIRE(stored->quantity == rivals * times / 2);
        REQUIRE(stored->average_price == 10);
        REQUIRE(stored->row_version == rivals * times);
    });
}
