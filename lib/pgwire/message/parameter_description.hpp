#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARAMETERDESCRIPTION
#include "pgwire/list.hpp"
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

struct parameter_description {
    static constexpr server_message type = server_message::parameter_description;

    oid_list types{};
};

[[nodiscard]] inline bool read(std::string_view body, parameter_description& to) noexcept {
    input in(body);
    to.types = oid_list::read(in, in.integer<std::uint16_t>());
    return in.finished();
}

} // namespace hawser::pgwire
