// Bulk statements: several rows to a step where the statement allows it, keys given out in input order, and what
// became of each row where the verb asks for it.
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
constexpr std::size_t rows_between_looks = 100; // at the clock, where the statement may pause

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

// The keys that a table's next rows are to have.
struct key_run {
    std::int64_t next;
    bool foreseen; // SQLite chooses the very same, which spares it to look whether the key is taken
};

// Nothing where they cannot be told before: AUTOINCREMENT, triggers, key space full.
std::optional<key_run> next_keys(connection& c, const table_info& table, std::size_t rows) {
    prepared& chooses = c.prepare("select count(*) from sqlite_schema where tbl_name = ?1 collate nocase and "
                                  "(type = 'trigger' or (type = 'table' and sql like '%autoincrement%'))");
    {
        reset_guard guard(chooses);
        const field_view name = field_view::of(field_type::text, table.on_sqlite().data(),
                                               static_cast<std::uint32_t>(table.on_sqlite().size()));
        chooses.bind({&name, 1}, {});
        if (chooses.step() != SQLITE_ROW || sqlite3_column_int64(chooses.handle(), 0) != 0)
            return std::nullopt;
    }
    // By its own name: another column may be called rowid.
    const auto key =
        std::find_if(table.constraints.begin(), table.constraints.end(),
                     [](const constraint_info& k) { return k.kind == constraint_kind::primary_key; });
    if (key == table.constraints.end() || key->columns.size() != 1) return std::nullopt;
    prepared& highest =
        c.prepare("select max(" + quoted(key->columns[0]) + ") from " + quoted(table.on_sqlite()));
    reset_guard guard(highest);
    if (highest.step() != SQLITE_ROW) return std::nullopt;
    const std::int64_t greatest = sqlite3_column_int64(highest.handle(), 0); // 0 where there is none
    const std::int64_t last = std::max<std::int64_t>(greatest, 0);
    if (last > std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(rows))
        return std::nullopt;
    return key_run{last + 1, greatest >= 0};
}

class bulk_run {
public:
    bulk_run(connection& c, engine::request& r, const run_context& context)
        : c_(c), r_(r), source_(*r.bulk), context_(context) {
        if (r.keyed && r.generates_key && r.keyed->table())
            keys_ = next_keys(c, *r.keyed->table(), source_.size());
        form_ = keys_ && !keys_->foreseen ? r.keyed : r.what;
        between_checks_ = r.may_pause ? rows_between_looks : rows_between_checks;
    }

    void run() {
        const std::size_t total = source_.size();
        std::size_t at = 0;
        r_.rows_affected = 0;
        r_.inserted = 0;
        if (const std::size_t at_once = rows_to_a_step(); total >= at_once) {
            const std::string text = stretched(form_->text(dialect::sqlite), form_->parameters(), at_once);
            if (!text.empty()) at = run_stretched(text, total, at_once);
        }
        for (; at < total && go_on(at); ++at) step_single(at);
        r_.rows_done = at;
    }

private:
    // Where each row's outcome is asked for, or SQLite makes its key: one.
    std::size_t rows_to_a_step() {
        const bool inserts = r_.bulk_as == engine::bulk_verb::insert || r_.bulk_as == engine::bulk_verb::copy;
        const bool one = !inserts || (r_.generates_key && !keys_);
        return one ? 1 : rows_at_once(c_, form_->parameters());
    }

    // Throws where the work is not wanted any more, before any further row is touched. False: it is time to pause.
    bool go_on(std::size_t at) {
        if (at < next_check_ || paused_) return !paused_;
        next_check_ = at + between_checks_;
        if (context_.stop && context_.stop->load(std::memory_order_acquire))
            throw_error(errc::cancelled, stopped_at("cancelled", at));
        if (context_.due == no_deadline && !r_.may_pause) return true;
        const auto now = clock::now();
        if (context_.due != no_deadline && now >= context_.due)
            throw_error(errc::statement_timeout, stopped_at("out of time", at));
        paused_ = r_.may_pause && at > 0 && now >= context_.pause_at;
        return !paused_;
    }

    std::string stopped_at(const char* why, std::size_t at) const {
        return why + (" at row " + std::to_string(source_.position(at))) + "; what it had done is undone";
    }

    void encode(std::size_t row) {
        if (keys_ && !keys_->foreseen) values_.integer(key_of(row));
        source_.encode(row, values_);
    }

    [[nodiscard]] std::int64_t key_of(std::size_t row) const noexcept {
        return keys_->next + static_cast<std::int64_t>(row);
    }

    // Keys only grow, so that the last of a step tells all of them.
    void check_foreseen(std::size_t last_row) const {
        if (!keys_ || !keys_->foreseen || c_.last_insert_key() == key_of(last_row)) return;
        throw_error(errc::misuse, "SQLite gave row " + std::to_string(source_.position(last_row)) +
                                      " the key " + std::to_string(c_.last_insert_key()) +
                                      " and not the next, " + std::to_string(key_of(last_row)) +
                                      "; nothing was stored");
    }

    void note_key(std::size_t row) {
        if (keys_)
            source_.assigned(row, key_of(row));
        else if (r_.generates_key)
            source_.assigned(row, c_.last_insert_key());
    }

    std::size_t run_stretched(const std::string& text, std::size_t total, std::size_t at_once) {
        std::size_t at = 0;
        for (; at + at_once <= total && go_on(at); at += at_once) {
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
            check_foreseen(at + at_once - 1);
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
            if (r_.bulk_as == engine::bulk_verb::upsert) expect_key_other_than_values();
            step(c_.prepare(*form_));
        } catch (const error& e) { rethrow_with_row(e, row); }
        check_foreseen(row);
        note_key(row);
        const std::int64_t changed = c_.changes();
        r_.rows_affected += changed;
        if (r_.bulk_as == engine::bulk_verb::upsert && changed > 0 && c_.last_insert_key() != unlikely_)
            ++r_.inserted;
        if (r_.bulk_as == engine::bulk_verb::update && changed == 0) miss(row);
    }

    [[noreturn]] void rethrow_with_row(const error& e, std::size_t row) const {
        const std::size_t position = source_.position(row);
        error_info info = e.info();
        info.row = position;
        throw_error(e.kind(), e.message() + ", row " + std::to_string(position), std::move(info));
    }

    // An upsert that updates leaves the last inserted key alone: put one there that the row cannot be given.
    void expect_key_other_than_values() {
        unlikely_ = std::numeric_limits<std::int64_t>::min();
        bool taken = true;
        while (taken) {
            taken = false;
            for (const field_view& v : values_.slice(0, values_.size()))
                if (v.type == field_type::int64 && v.integer == unlikely_) taken = true;
            if (taken) ++unlikely_;
        }
        sqlite3_set_last_insert_rowid(c_.handle(), unlikely_);
    }

    // An update has found no row.
    void miss(std::size_t row) {
        const bool exists = r_.probe != nullptr && probe(row);
        if (!r_.when_no_row) return source_.missed(row, exists);
        error_info info;
        const auto names = context_of_form();
        info.statement_name = names.name;
        info.sql = names.sql;
        if (names.table) info.table = names.table->name;
        info.row = source_.position(row);
        const std::string where = " in " + info.statement_name + ", row " + std::to_string(*info.row);
        if (!exists) throw_error(errc::not_found, "no such row" + where, std::move(info));
        throw stale_object(*r_.when_no_row, "the row was changed since it was read" + where, std::move(info),
                           true);
    }

    bool probe(std::size_t row) {
        prepared& p = c_.prepare(*r_.probe);
        values_.clear();
        source_.encode_key(row, values_);
        reset_guard guard(p);
        p.bind(values_.slice(0, values_.size()), {});
        return p.step() == SQLITE_ROW;
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
        return {.name =
                    context_.name.empty() ? r_.what->name() : context_.name, // also where the form has keys
                .sql = form_->text(dialect::sqlite),
                .table = form_->table()};
    }

    connection& c_;
    engine::request& r_;
    row_source& source_;
    const run_context& context_;
    parameters values_{parameters::text_mode::borrow};
    std::optional<key_run> keys_;
    const statement* form_ = nullptr;
    std::size_t next_check_ = 0;
    std::size_t between_checks_ = rows_between_checks;
    bool paused_ = false;
    std::int64_t unlikely_ = 0;
};

} // namespace

void run_bulk(connection& c, engine::request& r, const run_context& context) {
    bulk_run(c, r, context).run();
}

} // namespace hawser::sqlite
