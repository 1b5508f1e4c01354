#include "support/catch.hpp"
#include <array>
#include <hawser/core/bytes.hpp>
#include <hawser/core/error.hpp>
#include "pgwire/auth/digest.hpp"
#include <string>
#include <string_view>

using namespace hawser::pgwire;

namespace {

std::string hex(const sha256_digest& digest) {
    return hawser::bytes::of(digest.view()).to_hex();
}
std::string md5_of(std::string_view text) {
    const std::array<char, 32> digits = md5_hex(text);
    return {digits.data(), digits.size()};
}

} // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180", "[pgwire][auth]") {
    CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("HMAC with SHA-256 gives the digests of RFC 4231", "[pgwire][auth]") {
    CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex(hmac_sha256("", "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("salted passwords are those of RFC 7914", "[pgwire][auth]") {
    CHECK(hex(salted("passwd", "salt", 1)) ==
          "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
    CHECK(hex(salted("Password", "NaCl", 80'000)) ==
          "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
}

TEST_CASE("a password is salted once at least", "[pgwire][auth]") {
    CHECK_THROWS_AS(salted("passwd", "salt", 0), hawser::error);
    CHECK_THROWS_AS(salted("passwd", "salt", 0x80000000u), hawser::error);
}

TEST_CASE("MD5 gives the digests of RFC 1321", "[pgwire][auth]") {
    CHECK(md5_of("") == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(md5_of("abc") == "900150983cd24fb0d6963f7d28e17f72");
}

TEST_CASE("texts are the same where every byte is", "[pgwire][auth]") {
    CHECK(same("abc", "abc"));
    CHECK(same("", ""));
    CHECK_FALSE(same("abc", "abd"));
    CHECK_FALSE(same("abc", "ab"));
    CHECK_FALSE(same("", "a"));
}
