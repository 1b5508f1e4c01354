#include "sqlite/scan.hpp"
#include "sqlite/statement.hpp"
#include <hawser/core/error.hpp>
#include <hawser/core/row.hpp>
#include <new>
#include <sqlite3.h>
#include <utility>

namespace hawser::sqlite {

field_view field_of(sqlite3_value* v) {
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return field_view::of(field_type::int64, sqlite3_value_int64(v));
    case SQLITE_FLOAT: return field_view::of(sqlite3_value_double(v));
    case SQLITE_TEXT: {
        // Where it lies: sqlite3_value_text() copies it to end it with 0.
        if (sqlite3_value_encoding(v) == SQLITE_UTF8) {
            const auto* data = static_cast<const char*>(sqlite3_value_blob(v));
            return field_view::of(field_type::text, data ? data : "",
                                  static_cast<std::uint32_t>(sqlite3_value_bytes(v)));
        }
        const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(v));
        if (text == nullptr) throw std::bad_alloc();
        return field_view::of(field_type::text, text, static_cast<std::uint32_t>(sqlite3_value_bytes(v)));
    }
    case SQLITE_BLOB: {
        const auto* data = static_cast<const char*>(sqlite3_value_blob(v));
        return field_view::of(field_type::bytes, data ? data : "",
                              static_cast<std::uint32_t>(sqlite3_value_bytes(v)));
    }
    default: return field_view::null();
    }
}

scan::scan(sqlite3* db) {
    // Views and triggers may not call it.
    const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
    const int code =
        sqlite3_create_function_v2(db, "take_rows", -1, flags, this, nullptr, &step, &finish, nullptr);
    if (code != SQLITE_OK)
        throw_error(errc::connect_failed, "the function take_rows could not be registered");
}

namespace {

// Named by us, since the SELECT's own names may occur twice.
std::string names_of(int columns) {
    std::string names;
    for (int i = 0; i < columns; ++i) names += (i == 0 ? "c" : ",c") + std::to_string(i);
    return names;
}

std::string text_before(int columns) {
    return "with r(" + names_of(columns) + ") as (";
}

} // namespace

std::string scan::text_of(std::string_view select, int columns) {
    std::string text = text_before(columns);
    text += select;
    text += ") select take_rows(" + names_of(columns) + ") from r";
    return text;
}

std::size_t scan::wrapped(int columns) {
    return text_before(columns).size();
}

void scan::step(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
    auto& me = *static_cast<scan*>(sqlite3_user_data(context));
    if (me.rows_ == nullptr || me.enough_)
        return sqlite3_result_error(context, "take_rows() is not for statements of yours", -1);
    try {
        me.fields_.resize(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) me.fields_[static_cast<std::size_t>(i)] = field_of(values[i]);
        ++me.count_;
        me.enough_ = !me.rows_->row(me.fields_);
    } catch (...) {
        me.failure_ = std::current_exception();
        me.enough_ = true;
    }
    if (me.enough_ && (!me.one_ || me.failure_)) sqlite3_result_error_code(context, SQLITE_ABORT);
}

void scan::finish(sqlite3_context*) noexcept {}

std::int64_t scan::run(prepared& form, row_sink& rows, int& code, bool one) {
    one_ = one;
    count_ = 0;
    enough_ = false;
    rows_ = &rows;
    do code = form.step();
    while (code == SQLITE_ROW);
    rows_ = nullptr;
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (enough_ && !one_) code = SQLITE_DONE;
    return count_;
}

} // namespace hawser::sqlite
