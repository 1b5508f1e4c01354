#include "pgwire/auth/scram.hpp"
#include "pgwire/auth/base64.hpp"
#include "pgwire/auth/digest.hpp"
#include "pgwire/auth/saslprep.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser::pgwire {
namespace {

// The attributes of a message, front to back: "r=..,s=..,i=..".
class attributes {
public:
    explicit attributes(std::string_view message) noexcept : left_(message) {}

    // The next one's value. False, and nothing taken, where the next has another name or there is none.
    bool take(char name, std::string_view& value) noexcept {
        std::string_view rest = left_;
        if (begun_) {
            if (!rest.starts_with(',')) return false;
            rest.remove_prefix(1);
        }
        if (rest.size() < 2 || rest[0] != name || rest[1] != '=') return false;
        const std::size_t end = std::min(rest.find(','), rest.size());
        value = rest.substr(2, end - 2);
        left_ = rest.substr(end);
        begun_ = true;
        return true;
    }
    // What is left are extensions that may be passed over, or nothing. 'm' is one that may not.
    bool only_extensions() noexcept {
        while (!left_.empty()) {
            const char name = left_.size() > 1 ? left_[1] : '\0';
            const bool letter = (name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z');
            std::string_view value;
            if (!letter || name == 'm' || !take(name, value) || value.empty()) return false;
        }
        return true;
    }

private:
    std::string_view left_;
    bool begun_ = false;
};

bool printable_without_comma(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != ','; });
}

// Digits that begin with another than zero; 0 for anything else. What does not fit is the largest number.
std::uint32_t positive(std::string_view digits) noexcept {
    if (digits.empty() || digits[0] == '0') return 0;
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return 0;
    std::uint32_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc() ? number : ~std::uint32_t{0};
}

// A name within a message: commas and equals signs have another meaning there.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == ',')
            out += "=2C";
        else if (c == '=')
            out += "=3D";
        else
            out += c;
    }
    return out;
}

std::string_view header(scram_client::binding bound) noexcept {
    switch (bound) {
    case scram_client::binding::none: return "n,,";
    case scram_client::binding::not_offered: return "y,,";
    case scram_client::binding::tls_end_point: break;
    }
    return "p=tls-server-end-point,,";
}

// https://www.rfc-editor.org/rfc/rfc5802#section-7, server-error-value
constexpr std::array<std::string_view, 11> server_errors{"invalid-encoding",
                                                         "extensions-not-supported",
                                                         "invalid-proof",
                                                         "channel-bindings-dont-match",
                                                         "server-does-support-channel-binding",
                                                         "channel-binding-not-supported",
                                                         "unsupported-channel-binding-type",
                                                         "unknown-user",
                                                         "invalid-username-encoding",
                                                         "no-resources",
                                                         "other-error"};

std::string exclusive_or(const sha256_digest& a, const sha256_digest& b) {
    std::string out(a.bytes.size(), '\0');
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(a.bytes[i] ^ b.bytes[i]);
    return out;
}

} // namespace

scram_client::scram_client(settings s) : settings_(std::move(s)) {}

scram_client::outcome scram_client::fail(outcome how, std::string_view why) noexcept {
    due_ = due::nothing;
    why_ = why;
    return how;
}

scram_client::outcome scram_client::refused(std::string_view value) noexcept {
    const auto known = std::find(server_errors.begin(), server_errors.end(), value);
    return fail(outcome::refused, known == server_errors.end() ? server_errors.back() : *known);
}

std::string scram_client::first() {
    if (due_ != due::first) throw_error(errc::misuse, "a SCRAM conversation begins once");
    if (settings_.nonce.empty() || !printable_without_comma(settings_.nonce))
        throw_error(errc::misuse, "a SCRAM nonce is printable and has no commas");
    if (settings_.bound == binding::tls_end_point && settings_.bound_to.empty())
        throw_error(errc::misuse, "SCRAM with channel binding, and nothing to be bound to");
    first_bare_ = "n=" + escaped(settings_.user) + ",r=" + settings_.nonce;
    due_ = due::server_first;
    return std::string(header(settings_.bound)) + first_bare_;
}

scram_client::outcome scram_client::answer(std::string_view server_first, std::string_view password,
                                           std::string& out) {
    if (due_ != due::server_first) return fail(outcome::malformed, "a message out of order");

    // What the server asks for.
    attributes from_server(server_first);
    std::string_view nonce, salt_text, iterations_text, error;
    if (from_server.take('e', error)) return refused(error);
    if (!from_server.take('r', nonce) || !from_server.take('s', salt_text) ||
        !from_server.take('i', iterations_text) || !from_server.only_extensions())
        return fail(outcome::malformed, "the server's first message has not nonce, salt and iterations");
    if (!printable_without_comma(nonce))
        return fail(outcome::malformed, "the server's nonce is no printable text");
    if (nonce.size() > settings_.limits.longest_nonce)
        return fail(outcome::excessive, "the server's nonce is too long");
    if (!nonce.starts_with(settings_.nonce) || nonce.size() == settings_.nonce.size())
        return fail(outcome::malformed, "the server's nonce does not continue ours");
    if (salt_text.size() / 4 > settings_.limits.longest_salt / 3 + 1)
        return fail(outcome::excessive, "the server's salt is too long");
    std::string salt;
    if (!from_base64(salt_text, salt) || salt.empty())
        return fail(outcome::malformed, "the server's salt is no base64");
    if (salt.size() > settings_.limits.longest_salt)
        return fail(outcome::excessive, "the server's salt is too long");
    const std::uint32_t iterations = positive(iterations_text);
    if (iterations == 0) return fail(outcome::malformed, "the server's number of iterations is none");
    if (iterations > settings_.limits.most_iterations)
        return fail(outcome::excessive, "the server asks for too many iterations");
    if (iterations < settings_.limits.least_iterations)
        return fail(outcome::excessive, "the server asks for too few iterations");

    // What is signed by both sides: all three messages before the proof.
    std::string bound(header(settings_.bound));
    if (settings_.bound == binding::tls_end_point) bound += settings_.bound_to;
    const std::string without_proof = "c=" + to_base64(bound) + ",r=" + std::string(nonce);
    const std::string signed_text = first_bare_ + ',' + std::string(server_first) + ',' + without_proof;

    // The keys, each wiped at the end of this block.
    const sha256_digest salted_password = salted(view(prepared_password(password)), salt, iterations);
    const sha256_digest client_key = hmac_sha256(salted_password.view(), "Client Key");
    const sha256_digest server_key = hmac_sha256(salted_password.view(), "Server Key");
    const sha256_digest client_signature = hmac_sha256(sha256(client_key.view()).view(), signed_text);
    signature_ = hmac_sha256(server_key.view(), signed_text).view();

    out = without_proof + ",p=" + to_base64(exclusive_or(client_key, client_signature));
    due_ = due::server_final;
    return outcome::more;
}

scram_client::outcome scram_client::verify(std::string_view server_final) {
    if (due_ != due::server_final) return fail(outcome::malformed, "a message out of order");
    attributes from_server(server_final);
    std::string_view value;
    if (from_server.take('e', value)) return refused(value);
    std::string shown;
    if (!from_server.take('v', value) || !from_server.only_extensions() ||
        value.size() > 2 * sizeof(sha256_digest) || !from_base64(value, shown))
        return fail(outcome::malformed, "the server's last message has no signature");
    if (!same(shown, signature_)) return fail(outcome::impostor, "the server's signature is wrong");
    due_ = due::nothing;
    return outcome::verified;
}

} // namespace hawser::pgwire
