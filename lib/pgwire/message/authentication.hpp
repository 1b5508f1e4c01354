#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONOK
// and the ten paragraphs behind it, which share the type 'R'.
#include "pgwire/list.hpp"
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

// What the server wants to see, or that it has seen enough.
struct authentication {
    static constexpr server_message type = server_message::authentication;

    enum class request : std::int32_t {
        ok = 0,
        kerberos_v5 = 2,
        cleartext_password = 3,
        md5_password = 5,
        scm_credential = 6,
        gss = 7,
        gss_continue = 8,
        sspi = 9,
        sasl = 10,
        sasl_continue = 11,
        sasl_final = 12
    };
    request what = request::ok; // or another number, of a method that is not known here
    std::string_view data{};    // md5_password: four bytes of salt; .._continue and sasl_final: the method's
    text_list mechanisms{};     // sasl: by name, the server's favourite first; may be empty
};

[[nodiscard]] bool read(std::string_view body, authentication& to) noexcept;

} // namespace hawser::pgwire
