#pragma once
#include <string>

namespace hawser::pgwire {

// 18 bytes of chance in base64, never the same twice: what a SCRAM client begins with. Throws unsupported where OpenSSL
// has no chance to give.
[[nodiscard]] std::string random_nonce();

} // namespace hawser::pgwire
