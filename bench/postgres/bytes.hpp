#pragma once
// The suite's statements, and its row as PostgreSQL has it on the wire.
#include "prediction.hpp"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bench {

// As Hawser has them, which is looked at when this is compiled; every contender that writes its own has the same.
namespace text {
inline constexpr std::string_view get =
    R"(select "id", "symbol", "model", "value", "confidence", "features", "created_at", "updated_at" )"
    R"(from "predictions" where "id" = $1)";
inline constexpr std::string_view insert =
    R"(insert into "predictions" ("symbol", "model", "value", "confidence", "features", "created_at", )"
    R"("updated_at") values ($1, $2, $3, $4, $5, $6, $7) returning "id")";
inline constexpr std::string_view copy =
    R"(copy "predictions" ("symbol", "model", "value", "confidence", "features", "created_at", "updated_at") )"
    R"(from stdin (format binary))";
// Of the rows with keys up to $1.
inline constexpr std::string_view rows =
    R"(select "id", "symbol", "model", "value", "confidence", "features", "created_at", "updated_at" )"
    R"(from "predictions" where "id" <= $1)";
} // namespace text

// One message after the other: Bind of the statement `s`, Execute, Sync, all values binary.
void append_get(std::string& out, std::int64_t id);
void append_insert(std::string& out, const prediction& p);

// All that is between CopyInResponse and CommandComplete: CopyData of 64 KiB, CopyDone.
[[nodiscard]] std::string copy_bytes(std::span<const prediction> rows);

// Of the types of the columns that are inserted, in their order.
[[nodiscard]] std::span<const std::uint32_t> insert_types() noexcept;

} // namespace bench
