#include "sqlite/cursors.hpp"
#include "core/retold.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/failure.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <optional>
#include <sqlite3.h>
#include <utility>

namespace hawser::sqlite {
namespace {

failure_context context_of(const engine::job& opening) {
    const statement& what = *opening.batch.requests.front().what;
    return {.name = opening.name.empty() ? what.name() : opening.name,
            .sql = what.text(dialect::sqlite),
            .table = what.table()};
}

} // namespace

void cursors::open(connection& c, engine::job_ptr j, hawser::observer* watch, std::string_view within) {
    engine::request& r = j->batch.requests.front();
    const failure_context context = context_of(*j);
    const place at = open_.emplace(open_.end());
    at->held = std::exchange(j->cursor, nullptr);
    j->on.reset(); // a lease does not hold itself
    at->opening = std::move(j);
    at->watch = watch;
    at->within = within;
    if (watch) watch->on(statement_started{context.name, context.sql, within});
    try {
        at->statement = prepared(c.handle(), context.sql);
        if (sqlite3_stmt_readonly(at->statement.handle()) == 0)
            throw_error(errc::misuse, "a stream only reads", {.statement_name = std::string(context.name)});
        at->statement.bind(at->opening->batch.values_of(r), at->opening->batch.requests);
    } catch (...) {
        close(at, std::current_exception());
        throw;
    }
    take(c, at, r);
}

void cursors::fetch(connection& c, engine::job& j) {
    for (auto at = open_.begin(); at != open_.end(); ++at)
        if (at->held.lock() == j.cursor) return take(c, at, j.batch.requests.front());
    throw_error(errc::misuse, "the stream has ended before: a transaction of its session has ended, or a "
                              "statement was interrupted");
}

void cursors::take(connection& c, place at, engine::request& r) {
    const auto start = std::chrono::steady_clock::now();
    try {
        int code = SQLITE_OK;
        r.rows_affected = at->statement.take(r.rows, code, !at->begun);
        at->begun = true;
        at->rows += r.rows_affected;
        at->worked += std::chrono::steady_clock::now() - start;
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            throw_failure(c.handle(), code, context_of(*at->opening));
        if (code == SQLITE_DONE) close(at, nullptr);
    } catch (...) {
        close(at, std::current_exception());
        throw;
    }
}

void cursors::close(place at, std::exception_ptr failure) noexcept {
    if (at->watch) {
        const failure_context context = context_of(*at->opening);
        at->watch->on(statement_ended{context.name, context.sql, at->worked, at->rows,
                                      detail::kind_of(failure), at->within});
    }
    open_.erase(at);
}

void cursors::forget_dropped() noexcept {
    for (auto at = open_.begin(); at != open_.end();) {
        const place here = at++;
        if (here->held.expired()) close(here, nullptr);
    }
}

void cursors::close_all() noexcept {
    while (!open_.empty()) close(open_.begin(), nullptr);
}

} // namespace hawser::sqlite
