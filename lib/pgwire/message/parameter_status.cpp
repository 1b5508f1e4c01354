#include "pgwire/message/parameter_status.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {

bool read(std::string_view body, parameter_status& to) noexcept {
    input in(body);
    to.name = in.text();
    to.value = in.text();
    return in.finished();
}

} // namespace hawser::pgwire
