#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DATAROW
#include "pgwire/list.hpp"
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

struct column_value {
    std::string_view bytes{}; // in the format that Bind asked for
    bool null = false;
};

inline column_value take_value(input& in) noexcept {
    column_value value;
    value.null = !in.value(value.bytes);
    return value;
}

using value_list = list<column_value, take_value>;

struct data_row {
    static constexpr server_message type = server_message::data_row;

    value_list values{};
};

[[nodiscard]] inline bool read(std::string_view body, data_row& to) noexcept {
    input in(body);
    to.values = value_list::read(in, in.integer<std::uint16_t>());
    return in.finished();
}

} // namespace hawser::pgwire
