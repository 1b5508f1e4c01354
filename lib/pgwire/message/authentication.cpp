#include "pgwire/message/authentication.hpp"
#include <cstddef>
#include <cstdint>

namespace hawser::pgwire {
namespace {

// Names, and an empty one behind the last.
text_list read_names(input& in) noexcept {
    std::size_t count = 0;
    for (input ahead = in; !ahead.text().empty();) ++count;
    const text_list names = text_list::read(in, count);
    in.text();
    return names;
}

} // namespace

bool read(std::string_view body, authentication& to) noexcept {
    using enum authentication::request;
    input in(body);
    to = {};
    to.what = static_cast<authentication::request>(in.integer<std::int32_t>());
    switch (to.what) {
    case ok:
    case kerberos_v5:
    case cleartext_password:
    case scm_credential:
    case gss:
    case sspi: break;
    case md5_password: to.data = in.take(4); break;
    case sasl: to.mechanisms = read_names(in); break;
    default: to.data = in.rest(); break;
    }
    return in.finished();
}

} // namespace hawser::pgwire
