#include "sqlite/functions.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/mean.hpp"
#include <array>
#include <cstring>
#include <hawser/core/decimal_digits.hpp>
#include <limits>
#include <new>
#include <optional>
#include <sqlite3.h>
#include <vector>

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

bool is_wide(sqlite3_value* v) noexcept {
    return sqlite3_value_type(v) == SQLITE_BLOB;
}

void complain(sqlite3_context* c, const char* what) noexcept {
    sqlite3_result_error(c, what, -1);
}

// Wide where an operand was, so that the result may be stored beside it; else INTEGER if it fits.
void give(sqlite3_context* c, int128 value, bool wide, const char* when_beyond) noexcept {
    if (detail::magnitude(value) >= static_cast<detail::uint128>(detail::power_of_ten(38)))
        return complain(c, when_beyond);
    if (!wide && value >= std::numeric_limits<sqlite3_int64>::min() &&
        value <= std::numeric_limits<sqlite3_int64>::max()) {
        sqlite3_result_int64(c, static_cast<sqlite3_int64>(value));
        return;
    }
    const auto bytes = detail::encode_ordered(value);
    sqlite3_result_blob(c, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

// A number of digits, as the last argument gives it.
std::optional<unsigned> digits_of(sqlite3_value* v, unsigned most = detail::max_power_of_ten) noexcept {
    if (sqlite3_value_type(v) != SQLITE_INTEGER) return std::nullopt;
    const sqlite3_int64 digits = sqlite3_value_int64(v);
    if (digits < 0 || digits > static_cast<sqlite3_int64>(most)) return std::nullopt;
    return static_cast<unsigned>(digits);
}

struct sum_state {
    alignas(16) int128 total;
    std::int64_t count;
    unsigned scale; // of dec_mean
    bool wide;
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

void add_to_sum(sqlite3_context* c, sqlite3_value** arguments, unsigned scale) {
    auto* storage = static_cast<sum_storage*>(sqlite3_aggregate_context(c, sizeof(sum_storage)));
    if (storage == nullptr) return sqlite3_result_error_nomem(c);
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
    sum_state s = storage->load();
    s.scale = scale;
    ++s.count;
    s.wide = s.wide || is_wide(arguments[0]);
    if (const auto v = number_of(arguments[0])) {
        if (const auto total = detail::checked_add(s.total, *v))
            s.total = *total;
        else
            s.overflow = true;
    } else
        s.not_a_number = true;
    storage->store(s);
}

void sum_step(sqlite3_context* c, int, sqlite3_value** arguments) {
    add_to_sum(c, arguments, 0);
}

void mean_step(sqlite3_context* c, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[1]) == SQLITE_NULL) return;
    const auto scale = digits_of(arguments[1]);
    if (!scale) return complain(c, "dec_mean: the scale must be an integer from 0 to 38");
    add_to_sum(c, arguments, *scale);
}

// Adds nothing that is no number: the sum, or nothing and the complaint or NULL is given.
std::optional<sum_state> total_of(sqlite3_context* c, const char* no_number, const char* beyond) {
    auto* storage = static_cast<sum_storage*>(sqlite3_aggregate_context(c, 0));
    const sum_state s = storage == nullptr ? sum_state{} : storage->load();
    if (s.not_a_number)
        complain(c, no_number);
    else if (s.overflow)
        complain(c, beyond);
    else if (s.count == 0)
        sqlite3_result_null(c);
    else
        return s;
    return std::nullopt;
}

void sum_final(sqlite3_context* c) {
    constexpr const char* beyond = "dec_sum: out of range";
    if (const auto s = total_of(c, "dec_sum: a value is no scaled decimal", beyond))
        give(c, s->total, s->wide, beyond);
}

void average_final(sqlite3_context* c) {
    constexpr const char* beyond = "dec_avg: out of range";
    if (const auto s = total_of(c, "dec_avg: a value is no scaled decimal", beyond))
        give(c, detail::divide_half_away(s->total, s->count), s->wide, beyond);
}

void mean_final(sqlite3_context* c) {
    if (const auto s = total_of(c, "dec_mean: a value is no scaled decimal", "dec_mean: out of range"))
        sqlite3_result_double(c, nearest_mean(s->total, s->count, s->scale));
}

bool any_null(int count, sqlite3_value** arguments) noexcept {
    for (int i = 0; i < count; ++i)
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return true;
    return false;
}

void add(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto a = number_of(arguments[0]);
    const auto b = number_of(arguments[1]);
    if (!a || !b) return complain(c, "dec_add: a value is no scaled decimal");
    const auto sum = detail::checked_add(*a, *b);
    if (!sum) return complain(c, "dec_add: out of range");
    give(c, *sum, is_wide(arguments[0]) || is_wide(arguments[1]), "dec_add: out of range");
}

void subtract(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto a = number_of(arguments[0]);
    const auto b = number_of(arguments[1]);
    if (!a || !b) return complain(c, "dec_sub: a value is no scaled decimal");
    int128 difference{};
    if (__builtin_sub_overflow(*a, *b, &difference)) return complain(c, "dec_sub: out of range");
    give(c, difference, is_wide(arguments[0]) || is_wide(arguments[1]), "dec_sub: out of range");
}

void absolute(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto value = number_of(arguments[0]);
    if (!value) return complain(c, "dec_abs: the value is no scaled decimal");
    const auto size = detail::magnitude(*value);
    if (size > static_cast<detail::uint128>(std::numeric_limits<int128>::max()))
        return complain(c, "dec_abs: out of range");
    give(c, static_cast<int128>(size), is_wide(arguments[0]), "dec_abs: out of range");
}

// The same number in 16 bytes, as columns of wide decimals hold it.
void widen(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto value = number_of(arguments[0]);
    if (!value) return complain(c, "dec_wide: the value is no scaled decimal");
    give(c, *value, true, "dec_wide: out of range");
}

// The value, of so many digits or fewer.
void fit(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto value = number_of(arguments[0]);
    if (!value) return complain(c, "dec_fit: the value is no scaled decimal");
    const auto digits = digits_of(arguments[1]);
    if (!digits) return complain(c, "dec_fit: the number of digits must be an integer from 0 to 38");
    if (detail::magnitude(*value) >= static_cast<detail::uint128>(detail::power_of_ten(*digits)))
        return complain(c, "the result of an expression is out of range");
    sqlite3_result_value(c, arguments[0]);
}

int nibble(unsigned char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// The bytes that hex digits stand for: lists of blobs travel as JSON, which has none.
void blob_of(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const bool is_text = sqlite3_value_type(arguments[0]) == SQLITE_TEXT; // asked before it is made text
    const unsigned char* digits = sqlite3_value_text(arguments[0]);
    const int length = sqlite3_value_bytes(arguments[0]);
    if (!is_text || digits == nullptr || length % 2 != 0)
        return complain(c, "blob_of: the value is no text of hex digits");
    std::vector<unsigned char> bytes(static_cast<std::size_t>(length / 2));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = nibble(digits[2 * i]);
        const int low = nibble(digits[2 * i + 1]);
        if (high < 0 || low < 0) return complain(c, "blob_of: the value is no text of hex digits");
        bytes[i] = static_cast<unsigned char>(high << 4 | low);
    }
    sqlite3_result_blob64(c, bytes.empty() ? reinterpret_cast<const unsigned char*>("") : bytes.data(),
                          bytes.size(), SQLITE_TRANSIENT);
}

void mul(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto a = number_of(arguments[0]);
    const auto b = number_of(arguments[1]);
    if (!a || !b) return complain(c, "dec_mul: a value is no scaled decimal");
    const auto drop = digits_of(arguments[2], 2 * detail::max_power_of_ten);
    if (!drop) return complain(c, "dec_mul: the scale must be an integer from 0 to 76");
    const auto product = detail::multiply_rescaled(*a, *b, *drop);
    if (!product) return complain(c, "dec_mul: out of range");
    give(c, *product, is_wide(arguments[0]) || is_wide(arguments[1]), "dec_mul: out of range");
}

void text(sqlite3_context* c, int count, sqlite3_value** arguments) {
    if (any_null(count, arguments)) return sqlite3_result_null(c);
    const auto value = number_of(arguments[0]);
    if (!value) return complain(c, "dec_text: the value is no scaled decimal");
    const auto scale = digits_of(arguments[1]);
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
    const auto scalar = [&](const char* name, int arguments,
                            void (*call)(sqlite3_context*, int, sqlite3_value**)) {
        check(
            sqlite3_create_function_v2(db, name, arguments, flags, nullptr, call, nullptr, nullptr, nullptr));
    };
    const auto aggregate = [&](const char* name, int arguments,
                               void (*step)(sqlite3_context*, int, sqlite3_value**),
                               void (*final)(sqlite3_context*)) {
        check(sqlite3_create_function_v2(db, name, arguments, flags, nullptr, nullptr, step, final, nullptr));
    };
    aggregate("dec_sum", 1, sum_step, sum_final);
    aggregate("dec_avg", 1, sum_step, average_final);
    aggregate("dec_mean", 2, mean_step, mean_final);
    scalar("dec_add", 2, add);
    scalar("dec_sub", 2, subtract);
    scalar("dec_mul", 3, mul);
    scalar("dec_text", 2, text);
    scalar("dec_abs", 1, absolute);
    scalar("dec_wide", 1, widen);
    scalar("dec_fit", 2, fit);
    scalar("blob_of", 1, blob_of);
}

} // namespace hawser::sqlite
