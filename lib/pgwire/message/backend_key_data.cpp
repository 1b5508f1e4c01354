#include "pgwire/message/backend_key_data.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {

bool read(std::string_view body, backend_key_data& to) noexcept {
    input in(body);
    to.process = in.integer<std::int32_t>();
    to.key = in.rest();
    return in.ok() && to.key.size() >= 4 && to.key.size() <= 256;
}

} // namespace hawser::pgwire
