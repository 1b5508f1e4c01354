#pragma once
// Columns that an entity takes over by inheriting them; the framework fills them in.
#include <cstdint>
#include <hawser/core/timestamp.hpp>
#include <hawser/mapping/columns.hpp>
#include <optional>
#include <string>

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

// Who wrote a row and why, as told by db.with({.actor = .., .reason = ..}) or the options of a unit or transaction.
// created_by is set on insert and stays; updated_by and change_reason are those of the last write. NULL: not told.
struct audited {
    std::optional<std::string> created_by{};
    std::optional<std::string> updated_by{};
    std::optional<std::string> change_reason{};
    bool operator==(const audited&) const = default;
};
BOOST_DESCRIBE_STRUCT(audited, (), (created_by, updated_by, change_reason))

// Rows that are kept when they are erased: every erase sets deleted_at (and what else a write sets) instead. Reads,
// updates and guards see only rows whose deleted_at is NULL; to them a deleted row is no row, to joins neither: what
// refers to it by a member that is not optional is not found by join<> and include<>, unless the query is
// with_deleted(). repository has with_deleted(), restore(id) and purge(id), which really deletes. An upsert that meets a deleted row restores it.
// To the engine a deleted row is a row: uniques count it, unless they are indexes with a condition
// (index<..>.unique().where(..)), references to it hold, and nothing cascades before the purge.
struct soft_deletable {
    std::optional<timestamp> deleted_at{};
    bool operator==(const soft_deletable&) const = default;
};
BOOST_DESCRIBE_STRUCT(soft_deletable, (), (deleted_at))

namespace detail {

template <class T>
inline constexpr bool has_timestamps = std::is_base_of_v<timestamps, T>;
template <class T>
inline constexpr bool has_version = std::is_base_of_v<versioned, T>;
template <class T>
inline constexpr bool has_audit = std::is_base_of_v<audited, T>;
template <class T>
inline constexpr bool has_soft_delete = std::is_base_of_v<soft_deletable, T>;

// What the framework, not the caller, gives a column.
enum class column_role : unsigned char {
    plain,
    created_at,
    updated_at,
    version,
    created_by,
    updated_by,
    change_reason,
    deleted_at
};
template <class D>
consteval column_role role_of() {
    if (is_member<&timestamps::created_at, D>()) return column_role::created_at;
    if (is_member<&timestamps::updated_at, D>()) return column_role::updated_at;
    if (is_member<&versioned::row_version, D>()) return column_role::version;
    if (is_member<&audited::created_by, D>()) return column_role::created_by;
    if (is_member<&audited::updated_by, D>()) return column_role::updated_by;
    if (is_member<&audited::change_reason, D>()) return column_role::change_reason;
    if (is_member<&soft_deletable::deleted_at, D>()) return column_role::deleted_at;
    return column_role::plain;
}
// Written once, by insert (and deleted_at by erase and restore).
consteval bool is_lasting(column_role r) {
    return r == column_role::created_at || r == column_role::created_by;
}

} // namespace detail

} // namespace hawser
