#include "pgwire/message/negotiate_protocol_version.hpp"
#include <cstddef>

namespace hawser::pgwire {

bool read(std::string_view body, negotiate_protocol_version& to) noexcept {
    input in(body);
    to.version = in.integer<std::int32_t>();
    const auto count = in.integer<std::int32_t>();
    if (count < 0) return false;
    to.unknown_options = text_list::read(in, static_cast<std::size_t>(count));
    return in.finished();
}

} // namespace hawser::pgwire
