#pragma once
// A fresh database with the trading pack's tables, and a way to run a test's coroutine on its desk, on each engine.
#include "support/catch.hpp"
#include "support/on_each_engine.hpp"
#include <hawser/db/outcome.hpp>
#include <hawser/db/run.hpp>
#include <hawser/testing.hpp>
#include <hawser/trading.hpp>

namespace pack {

namespace testing = hawser::testing;
using namespace hawser::trading;
using hawser::col;
using hawser::task;
using testing::noon;

// Runs body(desk, db) on each engine; exceptions fail the test.
template <class Body>
void on_desk(Body body, const hawser::open_options& options = {}) {
    support::on_each_engine([&](const support::fresh_place& place) {
        const std::string url = place.url();
        auto main = [&]() -> task<> {
            const hawser::database db = co_await hawser::open(url, options);
            co_await create_tables(db);
            const desk d(db);
            co_await body(d, db);
            co_await db.close();
        };
        hawser::run(main());
    });
}

inline bool is_postgres(const hawser::database& db) {
    return db.describe().dialect == hawser::dialect::postgres;
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

inline notional_t notional(const char* text) {
    return notional_t::parse(text);
}

// A database whose clock stands still at noon.
inline hawser::open_options at_noon() {
    static testing::fixed_clock clock;
    return {.clock = &clock};
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
    t.executed_at = noon;
    return t;
}
inline user user_of(const std::string& username) {
    user u;
    u.username = username;
    u.email = username + "@example.com";
    u.password_hash = "$argon2id$v=19$m=65536$c2FsdA$aGFzaA";
    return u;
}
inline team team_of(const std::string& name, const std::string& league) {
    team t;
    t.name = name;
    t.league = league;
    return t;
}
inline position position_of(const char* symbol) {
    position p;
    p.symbol = symbol;
    return p;
}

} // namespace pack
