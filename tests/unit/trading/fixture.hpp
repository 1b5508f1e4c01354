#pragma once
// A fresh database with the trading pack's tables, and a way to run a test's coroutine on its desk.
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <hawser/db/outcome.hpp>
#include <hawser/db/run.hpp>
#include <hawser/trading.hpp>

namespace pack {

using namespace hawser::trading;
using hawser::col;
using hawser::task;

// Runs body(desk, db); exceptions fail the test.
template <class Body>
void on_desk(Body body, const hawser::open_options& options = {}) {
    const support::temporary_folder folder;
    const std::string url = "sqlite:" + folder.file("desk.db");
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(url, options);
        co_await create_tables(db);
        const desk d(db);
        co_await body(d, db);
        co_await db.close();
    };
    hawser::run(main());
}

// The error that a task ends with; fails the test if it ends well.
template <class T>
task<hawser::error> error_of(task<T> operation) {
    auto r = co_await hawser::as_result(std::move(operation));
    if (!r.has_error()) throw std::logic_error("expected an error, got a value");
    co_return r.error();
}

inline price_t exact(const char* text) {
    return price_t::parse(text);
}
inline money_t money(const char* text) {
    return money_t::parse(text);
}

inline hawser::timestamp noon() {
    return std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);
}
// A database whose clock stands still at noon.
inline hawser::open_options at_noon() {
    hawser::open_options options;
    options.now = []() noexcept { return noon(); };
    return options;
}

inline order order_of(const char* order_id, const char* symbol, price_t quantity, side s = side::buy) {
    order o;
    o.order_id = order_id;
    o.symbol = symbol;
    o.quantity = quantity;
    o.side = s;
    return o;
}
inline trade trade_of(const char* symbol, price_t price, price_t quantity, side s = side::buy) {
    trade t;
    t.symbol = symbol;
    t.price = price;
    t.quantity = quantity;
    t.side = s;
    t.executed_at = noon();
    return t;
}
inline position position_of(const char* symbol) {
    position p;
    p.symbol = symbol;
    return p;
}

} // namespace pack
