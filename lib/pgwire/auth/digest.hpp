#pragma once
// The digests that authentication is made of. All throw unsupported where OpenSSL does not give them: MD5 in FIPS mode.
#include <array>
#include <cstdint>
#include "pgwire/auth/wipe.hpp"
#include <string_view>

namespace hawser::pgwire {

// 32 bytes that may be a key.
struct sha256_digest {
    std::array<char, 32> bytes{};
    sha256_digest() = default;
    sha256_digest(const sha256_digest&) = default;
    sha256_digest& operator=(const sha256_digest&) = default;
    ~sha256_digest() { wipe(bytes.data(), bytes.size()); }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes.data(), bytes.size()}; }
};

[[nodiscard]] sha256_digest sha256(std::string_view text);
[[nodiscard]] sha256_digest hmac_sha256(std::string_view key, std::string_view text);
// PBKDF2 with HMAC-SHA-256, which RFC 5802 calls Hi(): as slow as there are iterations.
[[nodiscard]] sha256_digest salted(std::string_view password, std::string_view salt,
                                   std::uint32_t iterations);

// In lower-case hex.
[[nodiscard]] std::array<char, 32> md5_hex(std::string_view text);

// Takes the same time wherever they differ. Texts of different lengths are never the same.
[[nodiscard]] bool same(std::string_view a, std::string_view b) noexcept;

} // namespace hawser::pgwire
