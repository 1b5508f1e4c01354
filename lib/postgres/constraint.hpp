#pragma once
// Which declared constraint the server complains of.
#include <hawser/core/statement.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::postgres {

// The name that PostgreSQL gives a constraint that was made without one: "trades_symbol_key", "trades_pkey".
// Of a check on several columns "trades_check". Cut at 63 bytes, as the server does it.
[[nodiscard]] std::string automatic_name(constraint_kind kind, std::string_view table,
                                         std::span<const std::string_view> columns);

// The columns in a DETAIL such as `Key (exchange, exchange_id)=(X, 1) already exists.`, in any of the server's
// languages. Empty where they are not there, or where one of them is an expression. No value is taken from it.
[[nodiscard]] std::vector<std::string> key_columns(std::string_view detail);

// The table as it is described, where it is `described`'s own: "quantum.teams". Else as SQL names it: "trades" in public
// or in a session's own schema, "audit.log" elsewhere.
[[nodiscard]] std::string table_name(std::string_view schema, std::string_view table,
                                     const table_info* described);

// The constraint of `table` that the server calls `name`: by the name it was declared with, or else by its columns (of a
// unique), or else by the name that PostgreSQL would have made. Null where none is meant.
[[nodiscard]] const constraint_info* declared_constraint(std::string_view sqlstate, std::string_view name,
                                                         const std::vector<std::string>& columns,
                                                         const table_info& table);

} // namespace hawser::postgres
