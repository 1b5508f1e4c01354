#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-READYFORQUERY
#include "pgwire/message_type.hpp"
#include <string_view>

namespace hawser::pgwire {

enum class transaction_status : char {
    idle = 'I',  // none
    open = 'T',  // in a transaction block
    failed = 'E' // in one that takes nothing but its end
};

// Answers a Sync or a simple query. Its status is the one truth about transactions.
struct ready_for_query {
    static constexpr server_message type = server_message::ready_for_query;

    transaction_status status = transaction_status::idle;
};

[[nodiscard]] inline bool read(std::string_view body, ready_for_query& to) noexcept {
    if (body != "I" && body != "T" && body != "E") return false;
    to.status = static_cast<transaction_status>(body[0]);
    return true;
}

} // namespace hawser::pgwire
