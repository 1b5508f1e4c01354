#pragma once
// SASLprep: the one spelling of passwords that look the same. https://www.rfc-editor.org/rfc/rfc4013
#include "pgwire/auth/wipe.hpp"
#include <string_view>

namespace hawser::pgwire {

// Replaces `out` by the text as it is to be hashed: other spaces made plain ones, characters without shape left out,
// Unicode's form NFKC. False, and nothing in `out`, where the text is no UTF-8, is or becomes empty, holds characters
// that are prohibited or that Unicode 3.2 did not have, or mixes right-to-left with left-to-right ones. What is
// prohibited is sought before NFKC, as PostgreSQL does: the two sides have to agree.
[[nodiscard]] bool saslprep(std::string_view text, secret_text& out);

// What PostgreSQL hashes for a password: saslprep(), or its bytes as they are where that is false.
[[nodiscard]] secret_text prepared_password(std::string_view password);

} // namespace hawser::pgwire
