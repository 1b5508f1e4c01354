#pragma once
#include <string_view>

namespace hawser::postgres {

// The first statement of a script that leaves something behind on its connection, by the word that says so: a setting, a
// channel that it listens to, a prepared statement, a temporary table, a cursor. Empty: there is none that its text tells
// of. What a function does, such as set_config(), it does not tell.
[[nodiscard]] std::string_view lasting_word(std::string_view script) noexcept;

} // namespace hawser::postgres
