#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hawser::pgwire {

// A server's words, fit for a log: one line of UTF-8 without control characters, cut at `most` bytes. What is neither
// is a '?'. Before the session has an encoding the server speaks its own.
[[nodiscard]] std::string shown_text(std::string_view text, std::size_t most = 500);

} // namespace hawser::pgwire
