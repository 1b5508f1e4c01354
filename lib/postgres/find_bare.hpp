#pragma once
#include <cstddef>
#include <string_view>

namespace hawser::postgres {

// Where `what` is found outside of quotes, from `from` on, which is outside of them; the text's end where it is not.
[[nodiscard]] inline std::size_t find_bare(std::string_view text, std::string_view what,
                                           std::size_t from = 0) noexcept {
    char quote = '\0';
    for (std::size_t i = from; i < text.size(); ++i) {
        if (quote == '\0' && text.substr(i).starts_with(what)) return i;
        if (text[i] == quote)
            quote = '\0';
        else if (quote == '\0' && (text[i] == '"' || text[i] == '\''))
            quote = text[i];
    }
    return text.size();
}

} // namespace hawser::postgres
