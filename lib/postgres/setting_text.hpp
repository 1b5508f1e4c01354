#pragma once
#include <string_view>

namespace hawser::postgres {

// The first statement of a script that leaves something behind on its connection, by its first word: a setting, a
// channel that it listens to, a prepared statement, a temporary table. Empty: there is none that its text tells of.
[[nodiscard]] std::string_view lasting_word(std::string_view script) noexcept;

} // namespace hawser::postgres
