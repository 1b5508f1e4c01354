#include "sqlite/number_functions.hpp"
#include "sqlite/failure.hpp"
#include <limits>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

bool any_null(int count, sqlite3_value** arguments) noexcept {
    for (int i = 0; i < count; ++i)
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return true;
    return false;
}

void out_of_range(sqlite3_context* c) noexcept {
    sqlite3_result_error(c, "the result of an expression is out of range", -1);
}
void division_by_zero(sqlite3_context* c) noexcept {
    sqlite3_result_error(c, "out of range: division by zero", -1);
}

void int_fit(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    if (sqlite3_value_type(arguments[0]) != SQLITE_INTEGER) return out_of_range(c);
    const sqlite3_int64 x = sqlite3_value_int64(arguments[0]);
    if (count == 3 && (x < sqlite3_value_int64(arguments[1]) || x > sqlite3_value_int64(arguments[2])))
        return out_of_range(c);
    sqlite3_result_int64(c, x);
}

void int_div(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const sqlite3_int64 a = sqlite3_value_int64(arguments[0]);
    const sqlite3_int64 b = sqlite3_value_int64(arguments[1]);
    if (b == 0) return division_by_zero(c);
    if (b == -1 && a == std::numeric_limits<sqlite3_int64>::min()) return out_of_range(c);
    sqlite3_result_int64(c, a / b);
}

void real_div(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const double b = sqlite3_value_double(arguments[1]);
    if (b == 0) return division_by_zero(c);
    sqlite3_result_double(c, sqlite3_value_double(arguments[0]) / b);
}

} // namespace

void register_number_functions(sqlite3* db) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [db](const char* name, int arguments,
                          void (*function)(sqlite3_context*, int, sqlite3_value**)) {
        const int code = sqlite3_create_function_v2(db, name, arguments, flags, nullptr, function, nullptr,
                                                    nullptr, nullptr);
        if (code != SQLITE_OK) throw_failure(db, code, {});
    };
    add("int_fit", 1, int_fit);
    add("int_fit", 3, int_fit);
    add("int_div", 2, int_div);
    add("real_div", 2, real_div);
}

} // namespace hawser::sqlite
