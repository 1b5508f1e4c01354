#include "pgwire/auth/nonce.hpp"
#include "pgwire/auth/base64.hpp"
#include <array>
#include <hawser/core/error.hpp>
#include <openssl/rand.h>

namespace hawser::pgwire {

std::string random_nonce() {
    std::array<unsigned char, 18> raw{};
    if (RAND_bytes(raw.data(), static_cast<int>(raw.size())) != 1)
        throw_error(errc::unsupported, "OpenSSL does not give random bytes here");
    return to_base64({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

} // namespace hawser::pgwire
