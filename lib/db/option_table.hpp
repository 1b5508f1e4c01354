#pragma once
// The one table of all options of opening a database: URL names, variables, defaults, pages and messages come from it.
#include "db/option_text.hpp"
#include <hawser/core/url.hpp>
#include <hawser/db/options.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hawser::detail {

struct option {
    std::string_view name; // "sqlite.readers", as the members of open_options are called
    option_kind kind;
    std::int64_t least, most;
    std::int64_t (*get)(const open_options&) noexcept;
    void (*set)(open_options&, std::int64_t) noexcept;
    std::string_view meaning;

    [[nodiscard]] std::string variable() const; // "HAWSER_SQLITE_READERS"
    [[nodiscard]] std::string text_of(const open_options& o) const { return option_text(kind, get(o)); }
    [[nodiscard]] std::string default_text() const { return text_of(open_options{}); }
};

[[nodiscard]] std::span<const option> all_options() noexcept;
// By its name, of which the leading "sqlite." or "postgres." of the engine may be left out; the place in all_options().
[[nodiscard]] std::optional<std::size_t> find_option(std::string_view name,
                                                     backend of = backend::sqlite) noexcept;

// Sets it from a text. Throws misuse "<where>: <name> .." without the text.
void set_option(open_options& to, const option& what, std::string_view text, const std::string& where);
// Throws misuse naming an option whose value is out of its bounds.
void check_options(const open_options& o);

// For docs/configuration.md and .env.example, which a test holds against it.
[[nodiscard]] std::string options_page();
[[nodiscard]] std::string options_env_example();

} // namespace hawser::detail
