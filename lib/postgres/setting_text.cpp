#include "postgres/setting_text.hpp"
#include <hawser/mapping/sql_scan.hpp>

namespace hawser::postgres {
namespace {

using detail::any_word;

// SET LOCAL, SET TRANSACTION and SET CONSTRAINTS end with their transaction.
bool lasts(std::string_view first, std::string_view second) {
    if (any_word(first, {"set"})) return !any_word(second, {"local", "transaction", "constraints"});
    if (any_word(first, {"create"})) return any_word(second, {"temp", "temporary"});
    return any_word(first, {"reset", "listen", "unlisten", "deallocate", "discard"}) ||
           (any_word(first, {"prepare"}) && !any_word(second, {"transaction"}));
}

} // namespace

std::string_view lasting_word(std::string_view script) noexcept {
    using detail::token_kind;
    unsigned words = 0; // of the statement
    std::string_view first;
    while (!script.empty()) {
        const detail::token t = detail::next_token(script);
        script.remove_prefix(t.text.size());
        if (t.kind == token_kind::blank) continue;
        if (t.text == ";") {
            if (words == 1 && lasts(first, {})) return first;
            words = 0;
        } else if (++words == 1) {
            first = t.text;
        } else if (words == 2 && lasts(first, t.text)) {
            return first;
        }
    }
    return words == 1 && lasts(first, {}) ? first : std::string_view{};
}

} // namespace hawser::postgres
