#pragma once
// The market, and other tables, on each engine in turn. Files that include this hold the promises of the db layer that
// are the same on both; what is written per engine in them is asked by is_postgres().
//
// On SQLite alone is what is SQLite's own by its nature: interrupted, inline_writer, io_thread and paths, the symptoms of
// its files and its only writer, and single tests by on_market() in the others (its only writer, group commit, snapshots'
// age, stored forms, pragmas). What is PostgreSQL's own is in unit/postgres, and its symptoms here.
#include "fixture.hpp"
#include "support/on_each_engine.hpp"
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace market {

using support::each_engine;
using support::everywhere;
using support::place;

// Runs body(db) on one io_context thread, on a database with the tables of these entities; exceptions fail the test.
template <class... Entity, class Body>
void on_tables(const support::fresh_place& at, Body& body, const hawser::open_options& options = {}) {
    const std::string url = at.url();
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url, options);
        co_await db.create_tables<Entity...>();
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}
// In a fresh database at each of these places.
template <class... Entity, class Body>
void on_each_with(const std::vector<place>& places, Body body, const hawser::open_options& options = {}) {
    support::on_each_engine(places,
                            [&](const support::fresh_place& at) { on_tables<Entity...>(at, body, options); });
}

// The same with the market's tables: at one place, on each engine, or at each of these places.
template <class Body>
void on_market(const support::fresh_place& at, Body& body, const hawser::open_options& options = {}) {
    on_tables<position, trade, prediction>(at, body, options);
}
template <class Body>
void on_each_market(const std::vector<place>& places, Body body, const hawser::open_options& options = {}) {
    on_each_with<position, trade, prediction>(places, std::move(body), options);
}
template <class Body>
void on_each_market(Body body, const hawser::open_options& options = {}) {
    on_each_market(each_engine(), std::move(body), options);
}

// For the few promises that the engines keep in their own ways.
inline bool is_postgres(const hawser::executor_ref& on) {
    return on.get().database->engine->describe().dialect == hawser::dialect::postgres;
}

// The row of a bulk call that the table itself refuses. PostgreSQL does not say which of a statement's rows that was.
inline std::optional<std::size_t> row_refused(const hawser::database& db, std::size_t row) {
    return is_postgres(db) ? std::nullopt : std::optional(row);
}

// How body(tx) fails, where the transaction is to go on behind it. A statement that fails is undone alone on SQLite; on
// PostgreSQL it takes its transaction along, unless it is in a savepoint.
template <class F>
task<hawser::error> error_alone(hawser::transaction& tx, const F& body) {
    return error_of(is_postgres(tx) ? tx.savepoint(body) : body(tx));
}

} // namespace market
