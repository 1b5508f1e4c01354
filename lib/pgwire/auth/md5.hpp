#pragma once
// https://www.postgresql.org/docs/15/auth-password.html: MD5, which is there for servers that know no better.
#include <string>
#include <string_view>

namespace hawser::pgwire {

// What a PasswordMessage answers to AuthenticationMD5Password with that salt. Throws unsupported where OpenSSL has no
// MD5 (FIPS mode).
[[nodiscard]] std::string md5_answer(std::string_view user, std::string_view password, std::string_view salt);

} // namespace hawser::pgwire
