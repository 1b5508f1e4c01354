#include "pgwire/message/row_description.hpp"

namespace hawser::pgwire {

field_description take_field(input& in) noexcept {
    field_description field;
    field.name = in.text();
    field.table = in.integer<oid>();
    field.attribute = in.integer<std::int16_t>();
    field.type = in.integer<oid>();
    field.size = in.integer<std::int16_t>();
    field.modifier = in.integer<std::int32_t>();
    field.format = take_format(in);
    return field;
}

bool read(std::string_view body, row_description& to) noexcept {
    input in(body);
    to.fields = field_list::read(in, in.integer<std::uint16_t>());
    return in.finished();
}

} // namespace hawser::pgwire
