#include "sqlite/text_functions.hpp"
#include "sqlite/failure.hpp"
#include <cstddef>
#include <hawser/mapping/expression/like.hpp>
#include <sqlite3.h>
#include <string_view>

namespace hawser::sqlite {
namespace {

std::string_view text_of(sqlite3_value* v) noexcept {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(v));
    return text == nullptr ? std::string_view()
                           : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(v)));
}

void text_like(sqlite3_context* c, int, sqlite3_value** arguments) {
    for (int i = 0; i < 2; ++i)
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return sqlite3_result_null(c);
    sqlite3_result_int(c, detail::like_matches(text_of(arguments[0]), text_of(arguments[1])) ? 1 : 0);
}

} // namespace

void register_text_functions(sqlite3* db) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const int code =
        sqlite3_create_function_v2(db, "text_like", 2, flags, nullptr, text_like, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_failure(db, code, {});
}

} // namespace hawser::sqlite
