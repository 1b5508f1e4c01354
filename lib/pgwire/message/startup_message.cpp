#include "pgwire/message/startup_message.hpp"
#include <cstddef>
#include <hawser/core/error.hpp>

namespace hawser::pgwire {

void write_startup_message(output& out, std::span<const startup_parameter> parameters, std::int32_t version) {
    constexpr std::size_t most = 10'000; // the server's MAX_STARTUP_PACKET_LENGTH
    const std::size_t mark = out.open();
    out.integer(version);
    for (const startup_parameter& parameter : parameters) {
        if (parameter.name.empty())
            throw_error(errc::misuse, "a start-up parameter for PostgreSQL has no name");
        out.text(parameter.name);
        out.text(parameter.value);
    }
    out.byte('\0');
    if (out.size() - mark > most)
        throw_error(errc::out_of_range, "the start-up parameters for PostgreSQL have more than 10000 bytes");
    out.close(mark);
}

} // namespace hawser::pgwire
