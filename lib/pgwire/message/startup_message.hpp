#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-STARTUPMESSAGE
#include "pgwire/output.hpp"
#include <cstdint>
#include <span>
#include <string_view>

namespace hawser::pgwire {

inline constexpr std::int32_t protocol_3_0 = 3 << 16;
inline constexpr std::int32_t protocol_3_2 = protocol_3_0 + 2;

// "user", which is needed; "database", "options", "replication"; any setting: "application_name", "TimeZone".
struct startup_parameter {
    std::string_view name;
    std::string_view value;
};

// The first message of a session. Throws misuse for an empty name, which would end the list, and out_of_range above
// 10,000 bytes, the most that the server reads.
void write_startup_message(output& out, std::span<const startup_parameter> parameters,
                           std::int32_t version = protocol_3_0);

} // namespace hawser::pgwire
