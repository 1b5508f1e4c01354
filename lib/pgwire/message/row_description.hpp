#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-ROWDESCRIPTION
#include "pgwire/list.hpp"
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <string_view>

namespace hawser::pgwire {

struct field_description {
    std::string_view name{};
    oid table = 0;              // 0: no column of a table
    std::int16_t attribute = 0; // its number in the table, from 1; 0: none
    oid type = 0;
    std::int16_t size = 0; // pg_type.typlen; negative: of any size
    std::int32_t modifier = -1;
    pgwire::format format = pgwire::format::text; // always text where a statement was described, not a portal
};

field_description take_field(input& in) noexcept;

using field_list = list<field_description, take_field>;

struct row_description {
    static constexpr server_message type = server_message::row_description;

    field_list fields{};
};

[[nodiscard]] bool read(std::string_view body, row_description& to) noexcept;

} // namespace hawser::pgwire
