#pragma once
// How a fake complains: as the database does that it stands for.
#include <cstddef>
#include <exception>
#include <hawser/core/error.hpp>
#include <hawser/core/statement.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hawser::detail {

// The call that fails.
struct fake_site {
    const table_info* table;
    std::string_view verb;
    std::optional<std::size_t> row{}; // index within a bulk call
};

// Kind, table, columns and constraint are those that the database tells; the text lacks its engine's code.
[[noreturn]] void throw_taken(const fake_site& at, std::span<const std::string_view> columns);
[[noreturn]] void throw_check_fails(const fake_site& at, std::string_view check);
[[noreturn]] void throw_null(const fake_site& at, std::string_view column);
[[noreturn]] void throw_not_found(const fake_site& at);
[[noreturn]] void throw_too_many(const fake_site& at);
// An update of a row that is not there as it was given. exists: under another version.
[[noreturn]] void throw_stale(const fake_site& at, bool exists);
[[noreturn]] void throw_missed(const fake_site& at, bool exists);

// The same failure, of one row of a bulk call.
[[noreturn]] void throw_with_row(const error& failure, std::size_t row);
// A failure of a bulk call that keeps the rows before `done`.
[[nodiscard]] std::exception_ptr told_where_to_resume(const std::exception_ptr& failure,
                                                      std::string_view table, std::size_t done);
[[noreturn]] void throw_beyond_end(const fake_site& at, std::size_t resume_from, std::size_t count);

} // namespace hawser::detail
