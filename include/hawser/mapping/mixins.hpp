#pragma once
// Columns that an entity takes over by inheriting them; the framework fills them in.
#include <cstdint>
#include <hawser/core/timestamp.hpp>
#include <hawser/mapping/columns.hpp>

namespace hawser {

// Both are set on insert, updated_at on every later write, by the database's clock object.
struct timestamps {
    timestamp created_at{};
    timestamp updated_at{};
    bool operator==(const timestamps&) const = default;
};
BOOST_DESCRIBE_STRUCT(timestamps, (), (created_at, updated_at))

// Optimistic locking: 1 on insert, counted up by every write; update(row) of another version is stale_object.
struct versioned {
    std::int64_t row_version = 1;
    bool operator==(const versioned&) const = default;
};
BOOST_DESCRIBE_STRUCT(versioned, (), (row_version))

namespace detail {

template <class T>
inline constexpr bool has_timestamps = std::is_base_of_v<timestamps, T>;
template <class T>
inline constexpr bool has_version = std::is_base_of_v<versioned, T>;

// What the framework, not the caller, gives a column.
enum class column_role : unsigned char { plain, created_at, updated_at, version };
template <class D>
consteval column_role role_of() {
    if (is_member<&timestamps::created_at, D>()) return column_role::created_at;
    if (is_member<&timestamps::updated_at, D>()) return column_role::updated_at;
    if (is_member<&versioned::row_version, D>()) return column_role::version;
    return column_role::plain;
}

} // namespace detail

} // namespace hawser
