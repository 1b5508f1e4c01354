#include "sqlite/run.hpp"
#include "sqlite/failure.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

failure_context context_of(const engine::request& r, const run_context& context) {
    return {.name = context.name.empty() ? r.what->name() : context.name,
            .sql = r.what->text(dialect::sqlite),
            .table = r.what->table()};
}

void check_parameter_count(const prepared& p, const engine::request& r) {
    if (p.parameter_count() == static_cast<int>(r.parameter_count)) return;
    error_info info;
    info.statement_name = r.what->name();
    info.sql = r.what->text(dialect::sqlite);
    throw_error(errc::syntax_error,
                "the statement has " + std::to_string(p.parameter_count()) + " placeholders, " +
                    std::to_string(r.parameter_count) + " values were given",
                std::move(info));
}

bool probe_finds_row(connection& c, const engine::batch& b, const engine::request& r) {
    prepared& p = c.prepare(*r.probe);
    reset_guard guard(p);
    p.bind(b.values.slice(r.probe_first, r.probe_count), b.requests);
    return p.step() == SQLITE_ROW;
}

std::string_view reason(errc kind) {
    switch (kind) {
    case errc::stale_object: return "the row was changed or erased since it was read";
    case errc::precondition_failed: return "the expected condition does not hold";
    default: return "no such row";
    }
}

[[noreturn]] void throw_no_row(connection& c, const engine::batch& b, const engine::request& r,
                               const run_context& context) {
    error_info info;
    info.statement_name = context.name.empty() ? r.what->name() : context.name;
    info.sql = r.what->text(dialect::sqlite);
    if (r.what->table()) info.table = r.what->table()->name;
    const std::string message = std::string(reason(*r.when_no_row)) + " in " + info.statement_name;
    if (*r.when_no_row != errc::stale_object) throw_error(*r.when_no_row, message, std::move(info));
    std::optional<bool> exists;
    if (r.probe) exists = probe_finds_row(c, b, r);
    throw stale_object(errc::stale_object, message, std::move(info), exists);
}

constexpr std::int64_t worth_a_scan = 64; // rows

// Of a table that is about to be read whole: counting costs little beside it, growing a vector by doubling does not.
std::int64_t count_rows(connection& c, const table_info& table) {
    prepared p(c.handle(), "select count(*) from \"" + std::string(table.on_sqlite()) + '"');
    return p.step() == SQLITE_ROW ? sqlite3_column_int64(p.handle(), 0) : 0;
}

// Learns which statements are brief, and tells the listener of those that may not be.
class stopwatch {
public:
    stopwatch(const connection& c, const statement& what, prepared& p) noexcept
        : p_(p), idle_(what.one_row()) {
        if (idle_) return;
        if (!p.brief && c.told()) c.told()->statement_may_take_long();
        start_ = clock::now();
    }
    ~stopwatch() {
        if (!idle_) p_.brief = clock::now() - start_ < brief;
    }
    stopwatch(const stopwatch&) = delete;
    stopwatch& operator=(const stopwatch&) = delete;

private:
    static constexpr auto brief = std::chrono::microseconds(200);
    prepared& p_;
    const bool idle_;
    clock::time_point start_{};
};

std::int64_t take_rows(connection& c, prepared& p, const engine::batch& b, const engine::request& r,
                       const run_context& context) {
    const statement& what = *r.what;
    // Of one row the aggregate spares copies: a row that is handed out by a step has its texts copied before.
    const bool one = what.one_row() && what.read_only();
    const bool many = what.many_rows() && (what.whole_table() || p.rows_last >= worth_a_scan);
    prepared* scanning = r.rows && (one || many) ? p.scanning() : nullptr;
    prepared& form = scanning ? *scanning : p;
    const stopwatch watch(c, what, p);
    const reset_guard guard(form);
    form.bind(b.values_of(r), b.requests);
    int code = SQLITE_OK;
    if (scanning) {
        r.rows->begin(p.names());
        if (what.whole_table() && what.table()) {
            const std::int64_t about = p.rows_last < 0 ? count_rows(c, *what.table()) : p.rows_last;
            r.rows->expect(static_cast<std::size_t>(about));
        }
        p.rows_last = c.scan().run(form, *r.rows, code, one);
    } else {
        p.rows_last = p.drain(r.rows, code);
    }
    if (code != SQLITE_DONE) {
        failure_context failed = context_of(r, context);
        if (scanning) failed.wrapped = scan::wrapped(sqlite3_column_count(p.handle()));
        throw_failure(c.handle(), code, failed);
    }
    return p.rows_last;
}

void run_statement(connection& c, engine::batch& b, engine::request& r, const run_context& context) {
    prepared& p = c.prepare(*r.what, context.name);
    check_parameter_count(p, r);
    const std::int64_t changed_before = sqlite3_total_changes64(c.handle());
    const std::int64_t rows = take_rows(c, p, b, r, context);
    const bool reads = sqlite3_stmt_readonly(p.handle()) != 0;
    const bool changed = sqlite3_total_changes64(c.handle()) != changed_before;
    r.rows_affected = reads ? rows : changed ? c.changes() : 0;
    if (r.generates_key) r.key = r.rows_affected > 0 ? c.last_insert_key() : 0;
    if (r.when_no_row && r.rows_affected == 0) throw_no_row(c, b, r, context);
}

void run_request(connection& c, engine::batch& b, engine::request& r, const run_context& context) {
    if (r.bulk)
        run_bulk(c, r, context);
    else
        run_statement(c, b, r, context);
}

void run_watched(connection& c, engine::batch& b, engine::request& r, const run_context& context) {
    if (context.observer == nullptr) return run_request(c, b, r, context);
    const auto names = context_of(r, context);
    context.observer->on(statement_started{names.name, names.sql, context.within});
    const auto start = clock::now();
    const auto report = [&](std::optional<errc> failure) {
        context.observer->on(statement_ended{names.name, names.sql, clock::now() - start, r.rows_affected,
                                             failure, context.within});
    };
    try {
        run_request(c, b, r, context);
    } catch (const error& e) {
        report(e.kind());
        throw;
    } catch (...) { // of a sink, a user's type
        report(errc::misuse);
        throw;
    }
    report({});
}

// The same failure, told which statement of the batch it was.
[[noreturn]] void rethrow_with_index(std::size_t index) {
    try {
        throw;
    } catch (const stale_object& e) {
        error_info info = e.info();
        info.statement_index = index;
        throw stale_object(e.kind(), e.message(), std::move(info), e.row_exists());
    } catch (const error& e) {
        error_info info = e.info();
        info.statement_index = index;
        throw_error(e.kind(), e.message(), std::move(info));
    }
}

void undo(connection& c) noexcept {
    // Where the failure has ended the transaction, the savepoint is gone with it.
    if (!c.in_transaction()) return;
    if (c.undo_own("rollback to batch") != SQLITE_OK || c.undo_own("release batch") != SQLITE_OK)
        c.undo_own("rollback");
}

using requests = std::span<engine::request>;

void run_all(connection& c, engine::batch& b, requests part, const run_context& context) {
    for (engine::request& r : part) {
        try {
            run_watched(c, b, r, context);
        } catch (const error&) {
            if (b.requests.size() == 1) throw;
            rethrow_with_index(static_cast<std::size_t>(&r - b.requests.data()));
        }
    }
}

void settle_deferred(connection& c, requests part, const run_context& context) {
    if (!context.settle_deferred || !c.has_deferred_violations()) return;
    failure_context facts = context_of(part.back(), context);
    if (part.size() > 1) facts = {.name = facts.name};
    std::rethrow_exception(deferred_failure(facts));
}

// A statement that fails undoes itself; one whose rows are not taken does not.
bool undoes_itself(requests part) {
    return part.size() == 1 && part.front().bulk == nullptr &&
           (part.front().rows == nullptr || part.front().what->read_only());
}

void run_together(connection& c, engine::batch& b, requests part, const run_context& context) {
    const bool guarded = context.savepoint && b.mode != engine::batch_mode::read &&
                         (context.always_savepoint || !undoes_itself(part));
    if (!guarded) {
        run_all(c, b, part, context);
        try {
            settle_deferred(c, part, context);
        } catch (...) {
            c.undo_own("rollback");
            throw;
        }
        return;
    }
    if (const int code = c.exec_own("savepoint batch"); code != SQLITE_OK)
        throw_failure(c.handle(), code, {.name = context.name, .sql = "savepoint batch"});
    try {
        run_all(c, b, part, context);
        settle_deferred(c, part, context);
        if (const int code = c.exec_own("release batch"); code != SQLITE_OK)
            throw_failure(c.handle(), code, {.name = context.name, .sql = "release batch"});
    } catch (...) {
        undo(c);
        throw;
    }
}

void run_each(connection& c, engine::batch& b, const run_context& context) {
    for (engine::request& r : b.requests) {
        if (r.failure) continue;
        try {
            run_together(c, b, {&r, 1}, context);
        } catch (const error&) { r.failure = std::current_exception(); }
        if (!c.in_transaction()) return;
    }
}

bool holds_bulk(const engine::batch& b) {
    return std::any_of(b.requests.begin(), b.requests.end(),
                       [](const engine::request& r) { return r.bulk != nullptr; });
}

} // namespace

void run_batch(connection& c, engine::batch& b, const run_context& context) {
    if (b.requests.empty()) return;
    const bool apart = b.mode == engine::batch_mode::independent && b.requests.size() > 1;
    if (apart && holds_bulk(b))
        throw_error(errc::misuse, "a bulk statement does not share an independent batch");
    if (apart)
        run_each(c, b, context);
    else
        run_together(c, b, b.requests, context);
}

} // namespace hawser::sqlite
