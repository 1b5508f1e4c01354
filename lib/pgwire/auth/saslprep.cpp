#include "pgwire/auth/saslprep.hpp"
#include "pgwire/auth/stringprep_tables.hpp"
#include <algorithm>
#include <span>
#include <utf8proc.h>

namespace hawser::pgwire {
namespace {

using code_points = std::vector<utf8proc_int32_t, wiping_allocator<utf8proc_int32_t>>;

bool in(std::span<const code_range> table, utf8proc_int32_t code) noexcept {
    const auto c = static_cast<char32_t>(code);
    const auto behind = std::upper_bound(table.begin(), table.end(), c,
                                         [](char32_t v, const code_range& range) { return v < range.first; });
    return behind != table.begin() && c <= std::prev(behind)->last;
}

// False where the text is no UTF-8.
bool mapped(std::string_view text, code_points& out) {
    out.reserve(text.size());
    while (!text.empty()) {
        utf8proc_int32_t code = 0;
        const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
        if (size <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
        if (in(stringprep::other_spaces, code))
            out.push_back(' ');
        else if (!in(stringprep::mapped_to_nothing, code))
            out.push_back(code);
    }
    return true;
}

// https://www.rfc-editor.org/rfc/rfc3454#section-6
bool one_direction(const code_points& text) {
    const auto right_to_left = [](utf8proc_int32_t code) { return in(stringprep::right_to_left, code); };
    const auto left_to_right = [](utf8proc_int32_t code) { return in(stringprep::left_to_right, code); };
    if (std::none_of(text.begin(), text.end(), right_to_left)) return true;
    return right_to_left(text.front()) && right_to_left(text.back()) &&
           std::none_of(text.begin(), text.end(), left_to_right);
}

void append(secret_text& out, utf8proc_int32_t code) {
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t size = utf8proc_encode_char(code, bytes);
    out.insert(out.end(), bytes, bytes + size);
    wipe(bytes, sizeof bytes);
}

secret_text utf8(const code_points& text) {
    secret_text out;
    out.reserve(text.size() * 4);
    for (const utf8proc_int32_t code : text) append(out, code);
    return out;
}

// Unicode's form NFKC, in place; false where it is not to be had. In memory of our own, which is wiped.
bool normalize(code_points& text) {
    constexpr auto nfkc =
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
    const secret_text source = utf8(text);
    const auto decompose = [&](utf8proc_int32_t* into, std::size_t room) {
        return utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(source.data()),
                                  static_cast<utf8proc_ssize_t>(source.size()), into,
                                  static_cast<utf8proc_ssize_t>(room), nfkc);
    };
    utf8proc_ssize_t size = decompose(nullptr, 0);
    if (size < 0) return false;
    text.resize(static_cast<std::size_t>(size));
    size = decompose(text.data(), text.size());
    if (size < 0 || static_cast<std::size_t>(size) > text.size()) return false;
    size = utf8proc_normalize_utf32(text.data(), size, nfkc);
    if (size < 0) return false;
    text.resize(static_cast<std::size_t>(size));
    return true;
}

} // namespace

bool saslprep(std::string_view text, secret_text& out) {
    out.clear();
    code_points source;
    if (!mapped(text, source) || source.empty()) return false;
    const auto prohibited = [](utf8proc_int32_t code) { return in(stringprep::prohibited, code); };
    if (std::any_of(source.begin(), source.end(), prohibited) || !one_direction(source)) return false;
    if (!normalize(source)) return false;
    out = utf8(source);
    return true;
}

secret_text prepared_password(std::string_view password) {
    secret_text prepared;
    if (!saslprep(password, prepared)) prepared.assign(password.begin(), password.end());
    return prepared;
}

} // namespace hawser::pgwire
