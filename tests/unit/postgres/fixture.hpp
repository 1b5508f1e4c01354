#pragma once
// A fresh PostgreSQL database with the market's tables, and a way to run a test's coroutine on it.
#include "../db/fixture.hpp"
#include "support/postgres_cluster.hpp"
#include <string>
#include <utility>

namespace market {

// Runs body(db, look) on one io_context thread; `look` sees the database behind the driver's back.
template <class Body>
void on_postgres(Body body, const hawser::open_options& options = {}, const std::string& more = {}) {
    const support::fresh_database fresh;
    const std::string url = fresh.url() + more;
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url, options);
        co_await db.create_tables<position, trade, prediction>();
        co_await body(db, fresh);
        co_await db.close();
    };
    hawser::run(main());
}

} // namespace market
