#pragma once
#include <hawser/engine/engine.hpp>
#include <hawser/sqlite/settings.hpp>
#include <memory>

namespace hawser::sqlite {

// Opens the database file and starts its threads. Blocks for the few file operations of opening; throws
// connect_failed where the file cannot be opened, corrupt where it is no database, unsupported where a pragma
// that a promise rests on did not take.
[[nodiscard]] std::shared_ptr<engine::engine> open(const settings& s);

} // namespace hawser::sqlite
