#include "pgwire/message/function_call.hpp"
#include <cstdint>

namespace hawser::pgwire {

void write_function_call(output& out, oid function, std::span<const format> argument_formats,
                         std::span<const std::optional<std::string_view>> arguments, format result) {
    const std::size_t mark = open_message(out, client_message::function_call);
    out.integer(function);
    write_formats(out, argument_formats, arguments.size(), "arguments");
    write_values(out, arguments, "arguments");
    out.integer(static_cast<std::int16_t>(result));
    out.close(mark);
}

} // namespace hawser::pgwire
