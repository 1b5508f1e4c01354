// Bulk statements: several rows to a step where the statement allows it, keys given out in input order.
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <limits>
#include <optional>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

constexpr std::size_t rows_per_step = 50;      // measured: most of the gain of ever larger statements
constexpr std::size_t rows_between_checks = 1000;

// "insert into t (a, b) values (?1, ?2)" stretched to `rows` groups; empty where the text is of another form.
std::string stretched(std::string_view text, unsigned columns, std::size_t rows) {
    constexpr std::string_view marker = " values (";
    const std::size_t values = text.find(marker);
    if (!text.starts_with("insert into ") || values == std::string_view::npos || text.back() != ')') return {};
    std::string out(text.substr(0, values + marker.size() - 1));
    std::size_t number = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        out += row == 0 ? "(" : ", (";
        for (unsigned column = 0; column < columns; ++column)
            out += (column == 0 ? "?" : ", ?") + std::to_string(++number);
        out += ')';
    }
    return out;
}

// The next key to give out, or nothing where SQLite must choose keys itself: AUTOINCREMENT, triggers, key space full.
std::optional<std::int64_t> next_key(connection& c, const table_info& table, std::size_t rows) {
    prepared schema(c.handle(), "select count(*) from sqlite_schema where tbl_name = ?1 and (type = 'trigger' or "
                                "(type = 'table' and sql like '%autoincrement%'))");
    const field_view name = field_view::of(field_type::text, table.name.data(), static_cast<std::uint32_t>(table.name.size()));
    schema.bind({&name, 1}, {});
    if (schema.step() != SQLITE_ROW || sqlite3_column_int64(schema.handle(), 0) != 0) return std::nullopt;
    prepared& highest = c.prepare_derived(&table, "select max(rowid) from \"" + std::string(table.name) + '"');
    reset_guard guard(highest);
    if (highest.step() != SQLITE_ROW) return std::nullopt;
    const std::int64_t last = std::max<std::int64_t>(sqlite3_column_int64(highest.handle(), 0), 0);
    if (last > std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(rows)) return std::nullopt;
    return last + 1;
}

class bulk_run {
public:
    bulk_run(connection& c, engine::request& r, const run_context& context)
        : c_(c), r_(r), source_(*r.bulk), context_(context) {
        if (r.keyed && r.generates_key) key_ = next_key(c, *r.keyed->table(), source_.size());
        form_ = key_ ? r.keyed : r.what;
    }

    void run() {
        const std::size_t total = source_.size();
        std::size_t at = 0;
        r_.rows_affected = 0;
        if (const bool keys_are_ours = key_ || !r_.generates_key; keys_are_ours && total >= rows_per_step) {
            const std::string text = stretched(form_->text(dialect::sqlite), form_->parameters(), rows_per_step);
            if (!text.empty()) at = run_stretched(text, total);
        }
        for (; at < total; ++at) {
            check(at);
            step_single(at);
        }
    }

private:
    // Refused before any row is touched again.
    void check(std::size_t at) const {
        if (at % rows_between_checks >= rows_per_step) return;
        if (context_.stop && context_.stop->load(std::memory_order_acquire))
            throw_error(errc::cancelled, "cancelled after " + std::to_string(at) + " rows; nothing was stored");
        if (context_.due != no_deadline && clock::now() >= context_.due)
            throw_error(errc::statement_timeout, "out of time after " + std::to_string(at) + " rows; nothing was stored");
    }

    void encode(std::size_t row) {
        if (key_) values_.integer(*key_ + static_cast<std::int64_t>(row));
        source_.encode(row, values_);
    }

    void note_key(std::size_t row) {
        if (key_) source_.assigned(row, *key_ + static_cast<std::int64_t>(row));
        else if (r_.generates_key) source_.assigned(row, c_.last_insert_key());
    }

    std::size_t run_stretched(const std::string& text, std::size_t total) {
        // One past the statement's own address: no other statement can have it.
        prepared& p = c_.prepare_derived(reinterpret_cast<const char*>(form_) + 1, text);
        std::size_t at = 0;
        for (; at + rows_per_step <= total; at += rows_per_step) {
            check(at);
            values_.clear();
            for (std::size_t row = at; row < at + rows_per_step; ++row) encode(row);
            if (const int code = step(p); code != SQLITE_DONE) {
                const std::exception_ptr failure = failure_of(c_.handle(), code, context_of_form());
                find_offender(at);
                std::rethrow_exception(failure);
            }
            for (std::size_t row = at; row < at + rows_per_step; ++row) note_key(row);
            r_.rows_affected += c_.changes();
        }
        return at;
    }

    // The failing step has undone itself: its rows one by one lead to the one that fails, which throws.
    void find_offender(std::size_t first) {
        for (std::size_t row = first; row < first + rows_per_step && c_.in_transaction(); ++row) step_single(row);
    }

    void step_single(std::size_t row) {
        values_.clear();
        encode(row);
        prepared& p = c_.prepare(*form_);
        const int code = step(p);
        if (code != SQLITE_DONE) throw_at(row, code);
        note_key(row);
        r_.rows_affected += c_.changes();
    }

    int step(prepared& p) {
        reset_guard guard(p);
        p.bind(values_.slice(0, values_.size()), {});
        int code = p.step();
        while (code == SQLITE_ROW) code = p.step();
        return code;
    }

    failure_context context_of_form() const {
        return {.name = context_.name.empty() ? form_->name() : context_.name,
                .sql = form_->text(dialect::sqlite),
                .table = form_->table()};
    }

    [[noreturn]] void throw_at(std::size_t row, int code) const {
        try {
            throw_failure(c_.handle(), code, context_of_form());
        } catch (const error& e) {
            error_info info = e.info();
            info.row = row;
            throw_error(e.kind(), e.message() + ", row " + std::to_string(row), std::move(info));
        }
    }

    connection& c_;
    engine::request& r_;
    row_source& source_;
    const run_context& context_;
    parameters values_{parameters::text_mode::borrow};
    std::optional<std::int64_t> key_;
    const statement* form_ = nullptr;
};

} // namespace

void run_bulk(connection& c, engine::request& r, const run_context& context) {
    bulk_run(c, r, context).run();
}

} // namespace hawser::sqlite
