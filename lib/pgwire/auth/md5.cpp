#include "pgwire/auth/md5.hpp"
#include "pgwire/auth/digest.hpp"
#include "pgwire/auth/wipe.hpp"
#include <array>

namespace hawser::pgwire {
namespace {

std::array<char, 32> digest_of_both(std::string_view first, std::string_view second) {
    secret_text both;
    both.reserve(first.size() + second.size());
    both.insert(both.end(), first.begin(), first.end());
    both.insert(both.end(), second.begin(), second.end());
    return md5_hex(view(both));
}

} // namespace

std::string md5_answer(std::string_view user, std::string_view password, std::string_view salt) {
    // The inner digest is what the server stores: whoever has it can log in.
    std::array<char, 32> stored = digest_of_both(password, user);
    const std::array<char, 32> shown = digest_of_both({stored.data(), stored.size()}, salt);
    wipe(stored.data(), stored.size());
    return "md5" + std::string(shown.data(), shown.size());
}

} // namespace hawser::pgwire
