#include "fixture.hpp"
#include "support/threads.hpp"
#include <atomic>
#include <boost/asio/co_spawn.hpp>

using namespace pack;

TEST_CASE("a symbol has one open position") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        co_await d.positions.open_position(p);
        REQUIRE(p.id > 0);
        position second = position_of("BTC");
        const hawser::error e = co_await error_of(d.positions.open_position(second));
        REQUIRE(e.violates<&position::symbol>());
    });
}

TEST_CASE("a closed position is opened again in its own row") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position first = position_of("BTC");
        first.quantity = 3;
        first.notional = notional("300");
        co_await d.positions.open_position(first);
        const bool closed = co_await d.positions.close_position("BTC");
        REQUIRE(closed);
        position second = position_of("BTC");
        second.entry_price = 5;
        co_await d.positions.open_position(second);
        REQUIRE(second.id == first.id);
        const auto found = co_await d.positions.position_by_symbol("BTC");
        REQUIRE(found);
        REQUIRE(found->entry_price == 5);
        REQUIRE(found->notional == 0);
        REQUIRE(found->row_version == second.row_version);
        REQUIRE(found->created_at == first.created_at);
    });
}

TEST_CASE("closing a position leaves nothing held") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        p.quantity = 2;
        p.market_value = 20;
        p.unrealized_pnl = 4;
        co_await d.positions.open_position(p);
        const bool first = co_await d.positions.close_position("BTC");
        const bool again = co_await d.positions.close_position("BTC");
        REQUIRE(first);
        REQUIRE_FALSE(again);
        const position stored = co_await d.positions.get(p.id);
        REQUIRE(stored.status == position_status::closed);
        REQUIRE(stored.quantity == 0);
        REQUIRE(stored.market_value == 0);
        REQUIRE(stored.unrealized_pnl == 0);
    });
}

TEST_CASE("open positions are listed by symbol, closed ones are not") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const char* symbol : {"ETH", "ADA", "BTC"}) {
            position p = position_of(symbol);
            co_await d.positions.open_position(p);
        }
        co_await d.positions.close_position("BTC");
        const auto open = co_await d.positions.open_positions();
        REQUIRE(open.size() == 2);
        REQUIRE(open[0].symbol == "ADA");
        REQUIRE(open[1].symbol == "ETH");
        const auto closed = co_await d.positions.position_by_symbol("BTC");
        REQUIRE_FALSE(closed);
    });
}

TEST_CASE("market value and unrealized profit follow the price") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        p.quantity = exact("1.5");
        p.entry_price = 100;
        co_await d.positions.open_position(p);
        const position_patch patch{.current_price = exact("110.5"), .stop_loss = exact("90")};
        const bool changed = co_await d.positions.update_position("BTC", patch);
        REQUIRE(changed);
        const position stored = co_await d.positions.get(p.id);
        REQUIRE(stored.current_price == exact("110.5"));
        REQUIRE(stored.market_value == money("165.75"));
        REQUIRE(stored.unrealized_pnl == money("15.75"));
        REQUIRE(stored.stop_loss == exact("90"));
        REQUIRE_FALSE(stored.take_profit.has_value());
        REQUIRE(stored.row_version == p.row_version + 1);
    });
}

TEST_CASE("a patch leaves alone what it does not name") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        p.quantity = 2;
        p.entry_price = 100;
        p.current_price = 120;
        p.stop_loss = exact("80");
        co_await d.positions.open_position(p);
        const position_patch patch{.take_profit = exact("150")};
        co_await d.positions.update_position("BTC", patch);
        const position stored = co_await d.positions.get(p.id);
        REQUIRE(stored.current_price == 120);
        REQUIRE(stored.entry_price == 100);
        REQUIRE(stored.stop_loss == exact("80"));
        REQUIRE(stored.take_profit == exact("150"));
        REQUIRE(stored.market_value == 240);
        REQUIRE(stored.unrealized_pnl == 40);
    });
}

TEST_CASE("a short position gains when the price falls") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        p.quantity = -3;
        p.entry_price = 100;
        co_await d.positions.open_position(p);
        const position_patch patch{.current_price = exact("99.5")};
        co_await d.positions.update_position("BTC", patch);
        const position stored = co_await d.positions.get(p.id);
        REQUIRE(stored.market_value == money("-298.5"));
        REQUIRE(stored.unrealized_pnl == money("1.5"));
    });
}

TEST_CASE("money beyond its room is refused and the position is as it was") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        p.quantity = exact("9999999999");
        p.entry_price = 1;
        co_await d.positions.open_position(p);
        const position_patch patch{.current_price = exact("9999999999")};
        const hawser::error e = co_await error_of(d.positions.update_position("BTC", patch));
        CHECK(e.kind() == hawser::errc::out_of_range);
        const position stored = co_await d.positions.get(p.id);
        REQUIRE(stored.current_price == 0);
    });
}

TEST_CASE("a position that is closed or missing is not patched") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        position p = position_of("BTC");
        co_await d.positions.open_position(p);
        co_await d.positions.close_position("BTC");
        const position_patch patch{.current_price = price_t(1)};
        const bool closed = co_await d.positions.update_position("BTC", patch);
        const bool missing = co_await d.positions.update_position("ETH", patch);
        REQUIRE_FALSE(closed);
        REQUIRE_FALSE(missing);
    });
}

TEST_CASE("a position that is given a price has the worth and the profit of it") {
    position p = position_of("BTC");
    p.quantity = exact("1.5");
    p.entry_price = 100;
    follow_price(p, exact("110.12345678"));
    CHECK(p.current_price == exact("110.12345678"));
    CHECK(p.market_value == money("165.1852"));
    CHECK(p.unrealized_pnl == money("15.1852"));
    p.quantity = exact("9999999999");
    CHECK_THROWS_AS(follow_price(p, exact("9999999999")), hawser::error);
    CHECK(p.current_price == exact("110.12345678"));
    CHECK(p.market_value == money("165.1852"));
}

TEST_CASE("the market's prices change all open positions at once") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const char* symbol : {"BTC", "ETH", "ADA", "XRP"}) {
            position p = position_of(symbol);
            p.quantity = 2;
            p.entry_price = 10;
            co_await d.positions.open_position(p);
        }
        co_await d.positions.close_position("XRP");
        const std::vector<symbol_price> prices{
            {"BTC", 11}, {"ETH", exact("9.5")}, {"XRP", 5}, {"SOL", 7}, {"BTC", 12}};
        // [update_prices]
        const std::int64_t changed = co_await d.positions.update_prices(prices);
        // [/update_prices]
        const auto open = co_await d.positions.open_positions();
        REQUIRE(changed == 3);
        REQUIRE(open[0].current_price == 0);
        REQUIRE(open[0].row_version == 1);
        REQUIRE(open[1].current_price == 12);
        REQUIRE(open[1].market_value == 24);
        REQUIRE(open[1].unrealized_pnl == 4);
        REQUIRE(open[2].market_value == 19);
        REQUIRE(open[2].unrealized_pnl == -1);
        const std::int64_t none = co_await d.positions.update_prices({});
        REQUIRE(none == 0);
    });
}

TEST_CASE("positions that follow their prices are stored in bulk, in these columns only") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const char* symbol : {"BTC", "ETH"}) {
            position p = position_of(symbol);
            p.quantity = 2;
            p.entry_price = 10;
            co_await d.positions.open_position(p);
        }
        std::vector<position> held = co_await d.positions.open_positions();
        const position_patch patch{.stop_loss = price_t(8)};
        co_await d.positions.update_position("ETH", patch); // meanwhile
        // [bulk_update]
        for (position& p : held) follow_price(p, exact("11.5"));
        const auto missed =
            co_await d.positions
                .bulk_update<&position::current_price, &position::market_value, &position::unrealized_pnl>(
                    held);
        // [/bulk_update]
        const auto open = co_await d.positions.open_positions();
        REQUIRE(missed.empty());
        REQUIRE(open[0].current_price == exact("11.5"));
        REQUIRE(open[0].market_value == 23);
        REQUIRE(open[1].unrealized_pnl == 3);
        REQUIRE(open[1].stop_loss == exact("8"));
    });
}

TEST_CASE("of prices of which one has no room none is stored") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        for (const char* symbol : {"BTC", "ETH"}) {
            position p = position_of(symbol);
            p.quantity = exact("9999999999");
            co_await d.positions.open_position(p);
        }
        const std::vector<symbol_price> prices{{"BTC", 1}, {"ETH", exact("9999999999")}};
        const hawser::error e = co_await error_of(d.positions.update_prices(prices));
        const auto open = co_await d.positions.open_positions();
        CHECK(e.info().statement_index == 1U);
        REQUIRE(open[0].current_price == 0);
    });
}

TEST_CASE("a price that reaches stop-loss or take-profit triggers a position") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        struct given {
            const char* symbol;
            int quantity;
            std::optional<price_t> stop, take;
        };
        const given all[] = {{"LONG", 1, price_t(90), price_t(110)},
                             {"SHORT", -1, price_t(110), price_t(90)},
                             {"STOP", 1, price_t(90), {}},
                             {"TAKE", 1, {}, price_t(110)},
                             {"BARE", 1, {}, {}},
                             {"CLOSED", 1, price_t(90), price_t(110)}};
        for (const given& g : all) {
            position p = position_of(g.symbol);
            p.quantity = g.quantity;
            p.stop_loss = g.stop;
            p.take_profit = g.take;
            p.current_price = 100;
            co_await d.positions.open_position(p);
        }
        co_await d.positions.close_position("CLOSED");
        const auto symbols = [](const std::vector<position>& positions) {
            std::string names;
            for (const position& p : positions) names += p.symbol + ' ';
            return names;
        };
        const auto between = co_await d.positions.triggered(100);
        const auto low = co_await d.positions.triggered(90);
        const auto high = co_await d.positions.triggered(110);
        const auto almost = co_await d.positions.triggered(exact("109.99999999"));
        REQUIRE(symbols(between).empty());
        REQUIRE(symbols(low) == "LONG SHORT STOP ");
        REQUIRE(symbols(high) == "LONG SHORT TAKE ");
        REQUIRE(symbols(almost).empty());
        const auto before = co_await d.positions.triggered();
        const position_patch patch{.current_price = price_t(111)};
        co_await d.positions.update_position("TAKE", patch);
        co_await d.positions.update_position("STOP", patch);
        // [triggered]
        const auto own = co_await d.positions.triggered(); // each at its own current_price
        // [/triggered]
        REQUIRE(symbols(before).empty());
        REQUIRE(symbols(own) == "TAKE ");
    });
}

TEST_CASE("of many that open one symbol at once exactly one succeeds", "[concurrency]") {
    const bool closed_before = GENERATE(false, true);
    on_desk([=](const desk& d, const hawser::database&) -> task<> {
        if (closed_before) {
            position p = position_of("BTC");
            co_await d.positions.open_position(p);
            co_await d.positions.close_position("BTC");
        }
        constexpr int rivals = 16;
        std::atomic<int> opened{0}, refused{0};
        auto rival = [&]() -> task<> {
            position p = position_of("BTC");
            const auto r = co_await hawser::as_result(d.positions.open_position(p));
            if (r.has_value())
                ++opened;
            else if (r.error().kind() == hawser::errc::unique_violation)
                ++refused;
        };
        {
            support::io_threads threads(4);
            for (int i = 0; i < rivals; ++i)
                boost::asio::co_spawn(threads.executor(), rival, [](const std::exception_ptr&) {});
        }
        REQUIRE(opened == 1);
        REQUIRE(refused == rivals - 1);
    });
}
