#pragma once
// Where a configuration comes from when it is not in the code.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hawser {

// HAWSER_ENV. Each brings defaults of its own; see docs/configuration.md.
enum class environment : unsigned char { none, development, testing, production };

// "none", "development", ..
[[nodiscard]] std::string_view to_string(environment e) noexcept;

// The variables that config::from_env() reads.
class environment_variables {
public:
    // The value of a variable, or nothing where it is not set.
    using lookup = std::function<std::optional<std::string>(std::string_view name)>;

    // Those of `variables` and, below them, those of `dotenv`, the text of a .env file. Reads nothing else.
    // `password_file`: the user has a .pgpass.
    explicit environment_variables(lookup variables, std::string dotenv = {}, bool password_file = false)
        : variables_(std::move(variables)), dotenv_(std::move(dotenv)), password_file_(password_file) {}

    // Of this process, with the file .env in its working directory where there is one.
    // Throws misuse where that file cannot be read.
    [[nodiscard]] static environment_variables of_process();

    [[nodiscard]] std::optional<std::string> find(std::string_view name) const { return variables_(name); }
    [[nodiscard]] const std::string& dotenv() const noexcept { return dotenv_; }
    [[nodiscard]] bool has_password_file() const noexcept { return password_file_; }

private:
    lookup variables_;
    std::string dotenv_;
    bool password_file_;
};

} // namespace hawser
