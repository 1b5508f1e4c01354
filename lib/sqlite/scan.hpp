#pragma once
// Many rows in one step: an aggregate function takes them from within SQLite's loop.
#include <cstddef>
#include <cstdint>
#include <exception>
#include <hawser/core/field_view.hpp>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;

namespace hawser {
class row_sink;
}

namespace hawser::sqlite {

class prepared;

// A value as SQLite holds it, for as long as it holds it. Throws std::bad_alloc.
[[nodiscard]] field_view field_of(sqlite3_value* v);

// `select take_rows(a, b, ..) from (<select>)`: sqlite3_step() and the sqlite3_column functions lock, look for errors
// and leave the machine's loop once for each row and value, which costs more than reading them. The order of the rows
// is that of the SELECT: SQLite drops a subquery's ORDER BY only where the aggregate is one of its own that does not
// care.
class scan {
public:
    // Makes take_rows() known to a connection, which this must outlive.
    explicit scan(sqlite3* db);
    scan(const scan&) = delete;
    scan& operator=(const scan&) = delete;

    static constexpr int most_columns = 100; // SQLite's limit for arguments is 127
    // Of a SELECT with so many columns that is followed by nothing.
    [[nodiscard]] static std::string text_of(std::string_view select, int columns);
    // How much of that text stands before the SELECT.
    [[nodiscard]] static std::size_t wrapped(int columns);

    // Runs such a statement, bound, to its end or until the sink wants no more: the number of rows. Throws the sink's
    // error; `code` is SQLite's verdict. `one`: there is one row at most, so that nothing is left to be broken off.
    std::int64_t run(prepared& form, row_sink& rows, int& code, bool one = false);

private:
    static void step(sqlite3_context* context, int count, sqlite3_value** values) noexcept;
    static void finish(sqlite3_context* context) noexcept;

    row_sink* rows_ = nullptr; // null: nobody runs
    std::int64_t count_ = 0;
    bool enough_ = false;
    bool one_ = false;
    std::exception_ptr failure_;
    std::vector<field_view> fields_;
};

} // namespace hawser::sqlite
