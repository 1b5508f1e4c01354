#include "sqlite/functions.hpp"
#include "sqlite/failure.hpp"
#include <array>
#include <cstring>
#include <hawser/core/decimal_digits.hpp>
#include <limits>
#include <new>
#include <optional>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

using detail::int128;

constexpr std::size_t wide_bytes = 16;

std::optional<int128> number_of(sqlite3_value* v) noexcept {
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return sqlite3_value_int64(v);
    case SQLITE_BLOB:
        if (sqlite3_value_bytes(v) == static_cast<int>(wide_bytes)) {
            std::array<std::byte, wide_bytes> bytes{};
            std::memcpy(bytes.data(), sqlite3_value_blob(v), wide_bytes);
            return detail::decode_ordered(bytes);
        }
        return std::nullopt;
    default: return std::nullopt;
    }
}

void give(sqlite3_context* c, int128 value) noexcept {
    if (value >= std::numeric_limits<sqlite3_int64>::min() &&
        value <= std::numeric_limits<sqlite3_int64>::max()) {
        sqlite3_result_int64(c, static_cast<sqlite3_int64>(value));
        return;
    }
    const auto bytes = detail::encode_ordered(value);
    sqlite3_result_blob(c, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

void complain(sqlite3_context* c, const char* what) noexcept {
    sqlite3_result_error(c, what, -1);
}

// Digits behind the point, as the last argument gives them.
std::optional<unsigned> scale_of(sqlite3_value* v) noexcept {
    if (sqlite3_value_type(v) != SQLITE_INTEGER) return std::nullopt;
    const sqlite3_int64 scale = sqlite3_value_int64(v);
    if (scale < 0 || scale > static_cast<sqlite3_int64>(detail::max_power_of_ten)) return std::nullopt;
    return static_cast<unsigned>(scale);
}

struct sum_state {
    alignas(16) int128 total;
    bool any;
    bool overflow;
    bool not_a_number;
};

// SQLite aligns aggregate contexts to 8 bytes only: the state is copied in and out.
struct sum_storage {
    std::array<std::byte, sizeof(sum_state)> bytes;
    sum_state load() const noexcept {
        sum_state s;
        std::memcpy(&s, bytes.data(), sizeof s);
        return s;
    }
    void store(const sum_state& s) noexcept { std::memcpy(bytes.data(), &s, sizeof s); }
};

void sum_step(sqlite3_context* c, int, sqlite3_value** arguments) {
    auto* storage = static_cast<sum_storage*>(sqlite3_aggregate_context(c, sizeof(sum_storage)));
    if (storage == nullptr) return sqlite3_result_error_nomem(c);
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
    sum_state s = storage->load();
    s.any = true;
    if (const auto v = number_of(arguments[0])) {
        if (const auto total = detail::checked_add(s.total, *v))
            s.total = *total;
        else
            s.overflow = true;
    } else
        s.not_a_number = true;
    storage->store(s);
}

void sum_final(sqlite3_context* c) {
    auto* storage = static_cast<sum_storage*>(sqlite3_aggregate_context(c, 0));
    if (storage == nullptr) return sqlite3_result_null(c);
    const sum_state s = storage->load();
    if (s.not_a_number)
        complain(c, "dec_sum: a value is no scaled decimal");
    else if (s.overflow)
        complain(c, "dec_sum: out of range");
    else if (!s.any)
        sqlite3_result_null(c);
    else
        give(c, s.total);
}

bool any_null(int count, sqlite3_value** arguments) noexcept {
    for (int i = 0; i < count; ++i)
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return true;
    return false;
}

void mul(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto a = number_of(arguments[0]);
    const auto b = number_of(arguments[1]);
    if (!a || !b) return complain(c, "dec_mul: a value is no scaled decimal");
    const auto drop = scale_of(arguments[2]);
    if (!drop) return complain(c, "dec_mul: the scale must be an integer from 0 to 38");
    const auto product = detail::multiply_rescaled(*a, *b, *drop);
    if (!product) return complain(c, "dec_mul: out of range");
    give(c, *product);
}

void text(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto value = number_of(arguments[0]);
    if (!value) return complain(c, "dec_text: the value is no scaled decimal");
    const auto scale = scale_of(arguments[1]);
    if (!scale) return complain(c, "dec_text: the scale must be an integer from 0 to 38");
    std::array<char, detail::max_scaled_chars> buffer{};
    const auto end = detail::write_scaled(buffer.data(), buffer.data() + buffer.size(), *value, *scale).ptr;
    sqlite3_result_text(c, buffer.data(), static_cast<int>(end - buffer.data()), SQLITE_TRANSIENT);
}

} // namespace

void register_functions(sqlite3* db) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto check = [db](int code) {
        if (code != SQLITE_OK) throw_failure(db, code, {});
    };
    check(
        sqlite3_create_function_v2(db, "dec_sum", 1, flags, nullptr, nullptr, sum_step, sum_final, nullptr));
    check(sqlite3_create_function_v2(db, "dec_mul", 3, flags, nullptr, mul, nullptr, nullptr, nullptr));
    check(sqlite3_create_function_v2(db, "dec_text", 2, flags, nullptr, text, nullptr, nullptr, nullptr));
}

} // namespace hawser::sqlite
