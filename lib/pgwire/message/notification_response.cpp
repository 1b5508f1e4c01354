#include "pgwire/message/notification_response.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {

bool read(std::string_view body, notification_response& to) noexcept {
    input in(body);
    to.process = in.integer<std::int32_t>();
    to.channel = in.text();
    to.payload = in.text();
    return in.finished();
}

} // namespace hawser::pgwire
