#pragma once
#include <string_view>

namespace hawser::postgres {

// True where a statement of the text is a COPY from or to the client, which is a conversation of its own.
[[nodiscard]] bool copies_with_client(std::string_view sql) noexcept;

} // namespace hawser::postgres
