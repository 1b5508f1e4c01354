#include "pgwire/message/sasl_initial_response.hpp"
#include <cstdint>

namespace hawser::pgwire {

void write_sasl_initial_response(output& out, std::string_view mechanism,
                                 std::optional<std::string_view> data) {
    const std::size_t mark = open_message(out, client_message::sasl_initial_response);
    out.text(mechanism);
    if (data) {
        const std::size_t value = out.open();
        out.bytes(*data);
        out.close_value(value);
    } else {
        out.integer(std::int32_t{-1});
    }
    out.close(mark);
}

} // namespace hawser::pgwire
