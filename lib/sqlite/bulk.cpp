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

constexpr std::size_t rows_per_step = 50; // measured: most of the gain of ever larger statements
constexpr std::size_t rows_between_checks = 1000;

void append_group(std::string& out, unsigned columns, std::size_t first) {
    out += '(';
    for (unsigned column = 0; column < columns; ++column)
        out += (column == 0 ? "?" : ", ?") + std::to_string(first + column);
    out += ')';
}

// "insert into t (a, b) values (?1, ?2)" stretched to `rows` groups; empty where the text is of another form.
std::string stretched(std::string_view text, unsigned columns, std::size_t rows) {
    std::string group;
    append_group(group, columns, 1);
    if (rows < 2 || !text.starts_with("insert into ") || !text.ends_with(" values " + group)) return {};
    std::string out(text);
    for (std::size_t row = 1; row < rows; ++row) {
        out += ", ";
        append_group(out, columns, row * columns + 1);
    }
    return out;
}

// How many rows a statement of so many columns can take at once.
std::size_t rows_at_once(connection& c, unsigned columns) {
    const int most = sqlite3_limit(c.handle(), SQLITE_LIMIT_VARIABLE_NUMBER, -1);
    return columns == 0 ? 1 : std::min(rows_per_step, static_cast<std::size_t>(most) / columns);
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out.append(c == '"' ? 2 : 1, c);
    return out += '"';
}

// The next key to give out, or nothing where SQLite must choose keys itself: AUTOINCREMENT, triggers, key space full.
std::optional<std::int64_t> next_key(connection& c, const table_info& table, std::size_t rows) {
    prepared& chooses = c.prepare("select count(*) from sqlite_schema where tbl_name = ?1 collate nocase and "
                                  "(type = 'trigger' or (type = 'table' and sql like '%autoincrement%'))");
    {
        reset_guard guard(chooses);
        const field_view name = field_view::of(field_type::text, table.name.data(),
                                               static_cast<std::uint32_t>(table.name.size()));
        chooses.bind({&name, 1}, {});
        if (chooses.step() != SQLITE_ROW || sqlite3_column_int64(chooses.handle(), 0) != 0)
            return std::nullopt;
    }
    prepared& highest = c.prepare("select max(rowid) from " + quoted(table.name));
    reset_guard guard(highest);
    if (highest.step() != SQLITE_ROW) return std::nullopt;
    const std::int64_t last = std::max<std::int64_t>(sqlite3_column_int64(highest.handle(), 0), 0);
    if (last > std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(rows))
        return std::nullopt;
    return last + 1;
}

class bulk_run {
public:
    bulk_run(connection& c, engine::request& r, const run_context& context)
        : c_(c), r_(r), source_(*r.bulk), context_(context) {
        if (r.keyed && r.generates_key && r.keyed->table())
            key_ = next_key(c, *r.keyed->table(), source_.size());
        form_ = key_ ? r.keyed : r.what;
    }

    void run() {
        const std::size_t total = source_.size();
        std::size_t at = 0;
        r_.rows_affected = 0;
        const std::size_t at_once = key_ || !r_.generates_key ? rows_at_once(c_, form_->parameters()) : 1;
        if (total >= at_once) {
            const std::string text = stretched(form_->text(dialect::sqlite), form_->parameters(), at_once);
            if (!text.empty()) at = run_stretched(text, total, at_once);
        }
        for (; at < total; ++at) {
            check(at);
            step_single(at);
        }
    }

private:
    // Refused before any row is touched again.
    void check(std::size_t at) {
        if (at < next_check_) return;
        next_check_ = at + rows_between_checks;
        if (context_.stop && context_.stop->load(std::memory_order_acquire))
            throw_error(errc::cancelled,
                        "cancelled after " + std::to_string(at) + " rows; nothing was stored");
        if (context_.due != no_deadline && clock::now() >= context_.due)
            throw_error(errc::statement_timeout,
                        "out of time after " + std::to_string(at) + " rows; nothing was stored");
    }

    void encode(std::size_t row) {
        if (key_) values_.integer(*key_ + static_cast<std::int64_t>(row));
        source_.encode(row, values_);
    }

    void note_key(std::size_t row) {
        if (key_)
            source_.assigned(row, *key_ + static_cast<std::int64_t>(row));
        else if (r_.generates_key)
            source_.assigned(row, c_.last_insert_key());
    }

    std::size_t run_stretched(const std::string& text, std::size_t total, std::size_t at_once) {
        std::size_t at = 0;
        for (; at + at_once <= total; at += at_once) {
            check(at);
            std::exception_ptr failure;
            try {
                values_.clear();
                for (std::size_t row = at; row < at + at_once; ++row) encode(row);
                step(c_.prepare(text));
            } catch (const error&) { failure = std::current_exception(); }
            if (failure) {
                find_offender(at, at_once);
                std::rethrow_exception(failure);
            }
            for (std::size_t row = at; row < at + at_once; ++row) note_key(row);
            r_.rows_affected += c_.changes();
        }
        return at;
    }

    // The failing step has undone itself: its rows one by one lead to the one that fails, which throws.
    void find_offender(std::size_t first, std::size_t count) {
        for (std::size_t row = first; row < first + count && c_.in_transaction(); ++row) step_single(row);
    }

    void step_single(std::size_t row) {
        try {
            values_.clear();
            encode(row);
            step(c_.prepare(*form_));
        } catch (const error& e) {
            error_info info = e.info();
            info.row = row;
            throw_error(e.kind(), e.message() + ", row " + std::to_string(row), std::move(info));
        }
        note_key(row);
        r_.rows_affected += c_.changes();
    }

    void step(prepared& p) {
        if (values_.size() != static_cast<std::size_t>(p.parameter_count()))
            throw_error(errc::misuse, "a row gave " + std::to_string(values_.size()) + " values for " +
                                          std::to_string(p.parameter_count()) + " placeholders");
        reset_guard guard(p);
        p.bind(values_.slice(0, values_.size()), {});
        int code = p.step();
        while (code == SQLITE_ROW) code = p.step();
        if (code != SQLITE_DONE) throw_failure(c_.handle(), code, context_of_form());
    }

    failure_context context_of_form() const {
        return {.name = context_.name.empty() ? form_->name() : context_.name,
                .sql = form_->text(dialect::sqlite),
                .table = form_->table()};
    }

    connection& c_;
    engine::request& r_;
    row_source& source_;
    const run_context& context_;
    parameters values_{parameters::text_mode::borrow};
    std::optional<std::int64_t> key_;
    const statement* form_ = nullptr;
    std::size_t next_check_ = 0;
};

} // namespace

void run_bulk(connection& c, engine::request& r, const run_context& context) {
    bulk_run(c, r, context).run();
}

} // namespace hawser::sqlite
