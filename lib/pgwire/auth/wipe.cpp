#include "pgwire/auth/wipe.hpp"
#include <openssl/crypto.h>

namespace hawser::pgwire {

void wipe(void* data, std::size_t n) noexcept {
    if (n > 0) OPENSSL_cleanse(data, n);
}

} // namespace hawser::pgwire
