#pragma once
// What can go wrong, as one engine-neutral enumeration and its stable text codes.
#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <string_view>

namespace hawser {

// The kinds of failure. A caller decides by kind, never by an engine's own number.
// The numeric values are part of the ABI: new kinds are added at the end.
enum class errc {
    not_found = 1,
    too_many_rows,
    unique_violation,
    foreign_key_violation,
    not_null_violation,
    check_violation,
    exclusion_violation,
    stale_object,
    validation_failed,
    precondition_failed,
    serialization_failure,
    deadlock,
    busy,
    lock_timeout,
    statement_timeout,
    cancelled,
    pool_exhausted,
    connection_lost,
    connect_failed,
    commit_unknown,
    read_only,
    syntax_error,
    undefined_object,
    permission_denied,
    type_mismatch,
    out_of_range,
    disk_full,
    corrupt,
    closed,
    misuse,
    unsupported
};

// The enumerator's own spelling: "unique_violation".
[[nodiscard]] std::string_view to_string(errc kind) noexcept;

// The stable text code that logs and dashboards match on: "DB_CONN_001". Never empty.
[[nodiscard]] std::string_view error_id(errc kind) noexcept;

// True where the same work may succeed if it is simply tried again: serialization_failure,
// deadlock, busy, lock_timeout.
[[nodiscard]] bool is_contention(errc kind) noexcept;

[[nodiscard]] const boost::system::error_category& category() noexcept;

inline boost::system::error_code make_error_code(errc kind) noexcept {
    return {static_cast<int>(kind), category()};
}

} // namespace hawser

template <>
struct boost::system::is_error_code_enum<hawser::errc> : std::true_type {};
