#pragma once
// From SQLite's result codes and messages to Hawser's errors.
#include <hawser/core/errc.hpp>
#include <hawser/core/statement.hpp>
#include <cstddef>
#include <exception>
#include <string_view>

struct sqlite3;

namespace hawser::sqlite {

// What the caller knows of the failing statement. Empty members are filled from the connection where possible.
struct failure_context {
    std::string_view name{};
    std::string_view sql{};
    const table_info* table = nullptr;
    std::size_t wrapped = 0; // how much of the text that SQLite compiled stands before `sql`
};

// The kind of an extended result code.
[[nodiscard]] errc kind_of(int extended_code) noexcept;

// The failure that the connection reports just now.
[[nodiscard]] std::exception_ptr failure_of(sqlite3* db, int code, const failure_context& context);
[[noreturn]] void throw_failure(sqlite3* db, int code, const failure_context& context);

// The failure of work that leaves a deferred foreign key unsatisfied at its end.
[[nodiscard]] std::exception_ptr deferred_failure(const failure_context& context);

// True where the statement ended because it was interrupted, and not by a failure of its own.
[[nodiscard]] bool was_interrupted(const std::exception_ptr& failure) noexcept;

// True for codes after which the connection is not to be trusted any more: I/O errors, corruption.
[[nodiscard]] bool poisons(int extended_code) noexcept;
[[nodiscard]] bool poisons(const std::exception_ptr& failure) noexcept;
// The extended code behind a failure; 0 where it is not SQLite's.
[[nodiscard]] int native_code(const std::exception_ptr& failure) noexcept;

// COMMIT met an error of the disk: nobody knows what is stored.
[[nodiscard]] std::exception_ptr commit_in_doubt(int extended_code, std::string_view name);

} // namespace hawser::sqlite
