#pragma once
// The driver's own statements: transaction control, with static storage so that they are prepared once.
#include <hawser/core/statement.hpp>
#include <hawser/engine/job.hpp>
#include <string>
#include <string_view>

namespace hawser::postgres {

[[nodiscard]] const statement& begin_statement(const engine::transaction_modes& m) noexcept;
[[nodiscard]] const statement& commit_statement() noexcept;
[[nodiscard]] const statement& rollback_statement() noexcept;
// What the types of a list of numbers are.
[[nodiscard]] const statement& types_statement() noexcept;
// Around the parts of a bulk statement inside of a caller's transaction.
[[nodiscard]] const statement& bulk_savepoint_statement() noexcept;
[[nodiscard]] const statement& bulk_release_statement() noexcept;
[[nodiscard]] const statement& bulk_undo_statement() noexcept;
// Around a statement inside of a caller's transaction that the server may refuse for the types of its values.
[[nodiscard]] const statement& trial_savepoint_statement() noexcept;
[[nodiscard]] const statement& trial_release_statement() noexcept;
[[nodiscard]] const statement& trial_undo_statement() noexcept;
// A cursor that outlives the transaction of its own that it is made in.
[[nodiscard]] std::string declaration_of(std::string_view cursor, std::string_view query);
// "savepoint s2", "release s2", "rollback to s2"; of deep levels the text is made into `text`.
[[nodiscard]] std::string savepoint_text(engine::verb what, unsigned level);

} // namespace hawser::postgres
