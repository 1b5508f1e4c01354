#pragma once
// What may be told of the server's own words.
#include "pgwire/server_error.hpp"
#include <string>
#include <string_view>

namespace hawser::postgres {

// True where the server's message cannot hold a value of a row or an argument:
// - it points into the text of the statement: then it comes from parsing, which sees no values;
// - the statement is one that takes no values and reads no rows, and the message is about names;
// - its code is of sessions, locks, transactions, resources or constraints, whose messages have names alone.
// Never where the message comes from inside a function, a trigger or a dynamic statement, which may write values into it
// under any code; and never of class 22, outside of constants in the text. DETAIL, HINT and CONTEXT are not told at all.
[[nodiscard]] bool tells_no_value(const pgwire::server_error& e, std::string_view sql);

// What is told of it: the message, or the name of its condition: "numeric value out of range".
[[nodiscard]] std::string told(const pgwire::server_error& e, std::string_view sql);

} // namespace hawser::postgres
