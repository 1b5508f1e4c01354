#pragma once
// A fresh database with the market's tables, and a way to run a test's coroutine on it.
#include "market.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <functional>
#include <thread>

namespace market {

using hawser::col;
using hawser::task;

// The file, or a database in memory.
enum class where { file, memory };

inline std::string url_of(where w, const support::temporary_folder& folder) {
    return w == where::memory ? "sqlite::memory:" : "sqlite:" + folder.file("market.db");
}

// Runs body(db) on one io_context thread; exceptions fail the test.
template <class Body>
void on_market(where w, Body body, const hawser::open_options& options = {}) {
    support::temporary_folder folder;
    const std::string url = url_of(w, folder);
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(url, options);
        co_await db.create_tables<position, trade, prediction>();
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}
template <class Body>
void on_market(Body body) {
    on_market(where::file, std::move(body));
}

// The error that a task ends with; fails the test if it ends well.
template <class T>
task<hawser::error> error_of(task<T> operation) {
    auto r = co_await hawser::as_result(std::move(operation));
    if (!r.has_error()) throw std::logic_error("expected an error, got a value");
    co_return r.error();
}

} // namespace market
