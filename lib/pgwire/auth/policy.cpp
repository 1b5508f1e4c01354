#include "pgwire/auth/policy.hpp"

namespace hawser::pgwire {

std::string_view to_string(auth_method method) noexcept {
    switch (method) {
    case auth_method::none: return "none";
    case auth_method::password: return "password";
    case auth_method::md5: return "md5";
    case auth_method::scram_sha_256: break;
    }
    return "scram-sha-256";
}

bool auth_policy::allows(auth_method method) const noexcept {
    switch (method) {
    case auth_method::none: return none;
    case auth_method::password: return password;
    case auth_method::md5: return md5;
    case auth_method::scram_sha_256: break;
    }
    return scram_sha_256;
}

} // namespace hawser::pgwire
