#pragma once
// How a value travels: https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES
#include <cstdint>

namespace hawser::pgwire {

enum class format : std::uint8_t { text = 0, binary = 1 };

} // namespace hawser::pgwire
