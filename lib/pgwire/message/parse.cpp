#include "pgwire/message/parse.hpp"

namespace hawser::pgwire {

void write_parse(output& out, std::string_view name, std::string_view sql, std::span<const oid> types) {
    const std::size_t mark = open_message(out, client_message::parse);
    out.text(name);
    out.text(sql);
    write_count(out, types.size(), "parameters");
    for (const oid type : types) out.integer(type);
    out.close(mark);
}

} // namespace hawser::pgwire
