#include "pgwire/auth/digest.hpp"
#include "core/hex.hpp"
#include <hawser/core/error.hpp>
#include <limits>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string>

namespace hawser::pgwire {
namespace {

// OpenSSL takes each with its length.
const char* letters(std::string_view text) noexcept {
    return text.data();
}
const unsigned char* octets(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(sha256_digest& digest) noexcept {
    return reinterpret_cast<unsigned char*>(digest.bytes.data());
}

int length(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw_error(errc::out_of_range, "a password has 2 GiB or more");
    return static_cast<int>(text.size());
}

void expect(bool given, const char* what) {
    if (!given) throw_error(errc::unsupported, std::string("OpenSSL does not give ") + what + " here");
}

} // namespace

sha256_digest sha256(std::string_view text) {
    sha256_digest out;
    expect(EVP_Digest(text.data(), text.size(), octets(out), nullptr, EVP_sha256(), nullptr) == 1, "SHA-256");
    return out;
}

sha256_digest hmac_sha256(std::string_view key, std::string_view text) {
    sha256_digest out;
    expect(HMAC(EVP_sha256(), key.data(), length(key), octets(text), text.size(), octets(out), nullptr) !=
               nullptr,
           "HMAC with SHA-256");
    return out;
}

sha256_digest salted(std::string_view password, std::string_view salt, std::uint32_t iterations) {
    sha256_digest out;
    if (iterations == 0 || iterations > static_cast<std::uint32_t>(std::numeric_limits<int>::max()))
        throw_error(errc::out_of_range, "a number of iterations that no password is salted with");
    expect(PKCS5_PBKDF2_HMAC(letters(password), length(password), octets(salt), length(salt),
                             static_cast<int>(iterations), EVP_sha256(), static_cast<int>(out.bytes.size()),
                             octets(out)) == 1,
           "PBKDF2 with SHA-256");
    return out;
}

std::array<char, 32> md5_hex(std::string_view text) {
    std::array<unsigned char, 16> digest{};
    expect(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_md5(), nullptr) == 1, "MD5");
    std::array<char, 32> digits{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digits[2 * i] = detail::hex_digits[digest[i] >> 4];
        digits[2 * i + 1] = detail::hex_digits[digest[i] & 15];
    }
    wipe(digest.data(), digest.size());
    return digits;
}

bool same(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace hawser::pgwire
