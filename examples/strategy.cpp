// A strategy that awaits its storage: it reads bars, decides, and records order, trade and position at once.
#include <algorithm>
#include <hawser/hawser.hpp>
#include <hawser/trading.hpp>
#include <iostream>

using namespace hawser::trading;
using namespace std::chrono_literals;

// [strategy]
// Buys one when a bar closes above the highs of the four before it, and sells when it closes below their lows.
hawser::task<> on_bar(const desk& d, market_bar bar) {
    const auto before = co_await d.market_data.range("demo", bar.symbol, bar.at - 4min, bar.at);
    co_await d.market_data.insert(bar);
    const auto held = co_await d.positions.position_by_symbol(bar.symbol);
    if (before.size() < 4 || !held) co_return;

    const auto above = [&](const market_bar& b) { return bar.close > b.high; };
    const auto below = [&](const market_bar& b) { return bar.close < b.low; };
    const bool buys = held->quantity == 0 && std::ranges::all_of(before, above);
    const bool sells = held->quantity > 0 && std::ranges::all_of(before, below);
    if (!buys && !sells) co_return;

    order asked;
    asked.order_id = "breakout-" + hawser::to_iso8601(bar.at);
    trade done;
    asked.symbol = done.symbol = bar.symbol;
    asked.side = done.side = buys ? side::buy : side::sell;
    asked.quantity = done.quantity = 1;
    done.price = bar.close;
    done.executed_at = bar.at + 1min;
    co_await d.record_fill(asked, done); // one commit; durable when it returns
    std::cout << (buys ? "bought at " : "sold at ") << done.price << " under " << *done.order_id << '\n';
}
// [/strategy]

hawser::task<> trade_day() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await create_tables(db);
    const desk d{db.with({.actor = "breakout"})};
    position empty;
    empty.symbol = "BTC";
    co_await d.positions.open_position(empty);

    market_bar bar;
    bar.venue = "demo";
    bar.symbol = "BTC";
    bar.at = hawser::parse_timestamp("2026-03-02T09:00:00Z");
    for (const int close : {100, 101, 99, 100, 102, 105, 108, 110, 109, 104}) {
        bar.open = bar.high = bar.low = bar.close = close;
        co_await on_bar(d, bar);
        bar.at += 1min;
    }
    const position p = co_await d.positions.get(empty.id);
    std::cout << "quantity " << p.quantity << ", earned " << -p.notional << '\n';
    co_await db.close();
}

int main() {
    hawser::run(trade_day());
}

// prints:
//   bought at 102.00000000 under breakout-2026-03-02T09:04:00.000000Z
//   sold at 104.00000000 under breakout-2026-03-02T09:09:00.000000Z
//   quantity 0.00000000, earned 2.0000000000000000
