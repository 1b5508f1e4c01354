#pragma once
#include <hawser/core/url.hpp>
#include <hawser/db/options.hpp>
#include <string>
#include <string_view>

namespace hawser {

// Where a database is and how it is used. A class, not an aggregate: safe as a temporary everywhere.
class config {
public:
    // Throws misuse naming the bad part of the URL.
    explicit config(std::string_view url, const open_options& options = {})
        : url_(parse_url(url)), options_(options) {}

    [[nodiscard]] const database_url& url() const noexcept { return url_; }
    [[nodiscard]] const open_options& options() const noexcept { return options_; }

private:
    database_url url_;
    open_options options_;
};

} // namespace hawser
