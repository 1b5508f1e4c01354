#include "postgres/copy_text.hpp"
#include <hawser/mapping/sql_scan.hpp>

namespace hawser::postgres {

bool copies_with_client(std::string_view sql) noexcept {
    using detail::token_kind;
    bool first = true; // of its statement
    bool copy = false;
    std::string_view last;
    while (!sql.empty()) {
        const detail::token t = detail::next_token(sql);
        sql.remove_prefix(t.text.size());
        if (t.kind == token_kind::blank) continue;
        if (first) copy = detail::same_word(t.text, "copy");
        first = t.text == ";";
        if (copy && (detail::same_word(last, "from") || detail::same_word(last, "to")) &&
            (detail::same_word(t.text, "stdin") || detail::same_word(t.text, "stdout")))
            return true;
        last = t.kind == token_kind::word ? t.text : std::string_view{};
    }
    return false;
}

} // namespace hawser::postgres
