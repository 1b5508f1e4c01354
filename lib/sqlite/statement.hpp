#pragma once
// A prepared statement: binding, stepping, reading.
#include <hawser/core/field_view.hpp>
#include <hawser/core/row.hpp>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace hawser::engine {
struct request;
}

namespace hawser::sqlite {

class prepared {
public:
    prepared() = default;
    // Throws hawser::error if the text does not compile or holds more than one statement.
    prepared(sqlite3* db, std::string_view text);

    [[nodiscard]] sqlite3_stmt* handle() const noexcept { return stmt_.get(); }
    [[nodiscard]] int parameter_count() const noexcept { return parameter_count_; }

    // Binds values to ?first, ?first+1, .. Text is bound where it lies: it must live until reset().
    // `earlier` resolves fields of type key_of.
    void bind(std::span<const field_view> values, std::span<const engine::request> earlier, int first = 1);

    // One row: SQLITE_ROW, SQLITE_DONE or an error code.
    int step() noexcept;
    // Ends the iteration; keeps no pointer into bound values.
    void reset() noexcept;

    // Steps to the end and hands rows to the sink (null: drops them). Returns the number of rows, or throws
    // the sink's error; `code` is SQLite's verdict.
    std::int64_t drain(row_sink* rows, int& code);
    // Steps until the sink wants no more (`code` is SQLITE_ROW then: the next call goes on) or to the end.
    // `first`: nothing has been taken yet.
    std::int64_t take(row_sink* rows, int& code, bool first);

    // Names of the columns. Valid until SQLite compiles the statement anew.
    [[nodiscard]] std::span<const std::string_view> names();

    // The form in which all rows are taken in one step, see scan. Null: not to be had.
    [[nodiscard]] prepared* scanning() noexcept;
    std::int64_t rows_last = -1; // of the last execution; -1: there was none
    bool brief = false;          // so was the last execution

private:
    struct finalizer {
        void operator()(sqlite3_stmt* s) const noexcept;
    };
    void announce(row_sink& rows);
    void read_row();

    std::unique_ptr<sqlite3_stmt, finalizer> stmt_;
    int parameter_count_ = 0;
    int compiled_ = 0;                    // how often anew, when names_ were read
    std::vector<std::string_view> names_; // of the columns; SQLite's
    std::vector<field_view> fields_;
    std::unique_ptr<prepared> scanning_;
    bool scan_refused_ = false;
};

// Resets on every way out of a block.
class reset_guard {
public:
    explicit reset_guard(prepared& p) noexcept : p_(p) {}
    ~reset_guard() { p_.reset(); }
    reset_guard(const reset_guard&) = delete;
    reset_guard& operator=(const reset_guard&) = delete;

private:
    prepared& p_;
};

} // namespace hawser::sqlite
