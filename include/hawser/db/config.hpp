#pragma once
#include <hawser/core/url.hpp>
#include <hawser/db/environment.hpp>
#include <hawser/db/options.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

// Who set an option. The later of these wins.
enum class option_source : unsigned char { default_, environment, dotenv, variable, url, code };

// "default", "HAWSER_ENV", ".env", "variable", "url", "code".
[[nodiscard]] std::string_view to_string(option_source s) noexcept;

// One option as it is. Texts never hold a secret.
struct option_row {
    std::string_view name;    // "sqlite.readers"
    std::string variable;     // "HAWSER_SQLITE_READERS"
    std::string default_text; // "4"
    std::string value;        // "2"
    std::string_view meaning;
    option_source source;
};

// Where a database is and how it is used. A class, not an aggregate: safe as a temporary everywhere. A value:
// copies are independent; nothing is read again later.
class config {
public:
    // Options behind the '?' of a URL are those of docs/configuration.md, without "sqlite." if you like:
    // "sqlite:trading.db?durability=normal&readers=2". Options of the code that differ from their default win.
    // Throws misuse naming the part of the URL, or the option, that is wrong.
    explicit config(std::string_view url, const open_options& options = {});

    // From the process's environment and, below it, the file .env of the working directory.
    //
    // Where: DATABASE_URL, else DATABASE_PATH (a path as it stands), else DB_HOST with DB_PORT, DB_USER, DB_PASSWORD
    // and DB_NAME. How: each option's variable ("HAWSER_SQLITE_READERS"), DB_ECHO for HAWSER_LOG_STATEMENTS, and
    // HAWSER_ENV: `development` is the file data/hawser.db where nothing says otherwise, with statements logged;
    // `testing` is always a database in memory; `production` logs no statements unless asked and refuses a server
    // reached by TCP without any password. A variable that is set to nothing counts as not set, but for DB_PASSWORD,
    // where it is an error.
    //
    // Throws misuse naming the variable, or the line of .env, that is wrong. Values are never shown.
    [[nodiscard]] static config from_env(const open_options& options = {});
    [[nodiscard]] static config from_env(const environment_variables& variables,
                                         const open_options& options = {});

    // What is not an option of Hawser is left in url().options.
    [[nodiscard]] const database_url& url() const noexcept { return url_; }
    [[nodiscard]] const open_options& options() const noexcept { return options_; }
    [[nodiscard]] hawser::environment environment() const noexcept { return environment_; }

    // Every option, in the order of docs/configuration.md.
    [[nodiscard]] std::vector<option_row> describe() const;

private:
    class builder;
    config() = default;

    database_url url_{};
    open_options options_{};
    hawser::environment environment_ = hawser::environment::none;
    std::vector<option_source> sources_{};
};

// One line for logs: the URL without secrets, and the options that differ from their defaults.
[[nodiscard]] std::string to_string(const config& c);

} // namespace hawser
