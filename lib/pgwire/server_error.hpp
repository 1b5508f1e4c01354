#pragma once
// What the server says of an error or a notice: https://www.postgresql.org/docs/15/protocol-error-fields.html
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// Views of the message. Empty or 0: not said. All but severity, sqlstate and message is optional.
struct server_error {
    std::string_view localized_severity{}; // in the server's language
    std::string_view severity{};           // ERROR, FATAL, PANIC; WARNING, NOTICE, DEBUG, INFO, LOG
    std::string_view sqlstate{};           // five characters
    std::string_view message{};
    std::string_view detail{};
    std::string_view hint{};
    std::uint32_t position = 0;          // into the statement, in characters from 1
    std::uint32_t internal_position = 0; // into internal_query
    std::string_view internal_query{};   // a statement that the server made, as in a function
    std::string_view where{};            // call stack, a line each, the innermost first
    std::string_view schema{};
    std::string_view table{};
    std::string_view column{};
    std::string_view data_type{};
    std::string_view constraint{};
    std::string_view file{}; // of the server's source
    std::uint32_t line = 0;
    std::string_view routine{};

    // The session is over.
    [[nodiscard]] bool fatal() const noexcept;
};

// Fields of unknown kinds are passed over, as the manual asks.
[[nodiscard]] bool read(std::string_view body, server_error& to) noexcept;

} // namespace hawser::pgwire
