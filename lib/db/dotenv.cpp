#include "db/dotenv.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>

namespace hawser::detail {
namespace {

class reader {
public:
    explicit reader(std::string_view text) : rest_(text) {
        if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
    }

    std::vector<dotenv_entry> all() {
        while (!rest_.empty()) {
            skip_blanks();
            if (!ends_line() && rest_[0] != '#') entry();
            while (!ends_line()) rest_.remove_prefix(1); // a comment
            next_line();
        }
        return std::move(entries_);
    }

private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw_error(errc::misuse, ".env:" + std::to_string(line_) + ": " + why);
    }
    [[nodiscard]] bool ends_line() const {
        return rest_.empty() || rest_[0] == '\n' || rest_ == "\r" || rest_.starts_with("\r\n");
    }
    void next_line() {
        if (rest_.starts_with('\r')) rest_.remove_prefix(1);
        if (rest_.empty()) return;
        rest_.remove_prefix(1);
        ++line_;
    }
    void skip_blanks() {
        while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
    }

    void entry() {
        std::string name = key();
        if (name == "export" && (rest_.starts_with(' ') || rest_.starts_with('\t'))) {
            skip_blanks();
            name = key();
        }
        if (name.empty()) refuse("a name of letters, digits and _ is missing");
        skip_blanks();
        if (!rest_.starts_with('=')) refuse("there is no = behind the name");
        rest_.remove_prefix(1);
        skip_blanks();
        const std::size_t line = line_;
        std::string value = rest_.starts_with('\'')  ? single_quoted()
                            : rest_.starts_with('"') ? double_quoted()
                                                     : plain();
        std::erase_if(entries_, [&](const dotenv_entry& e) { return e.name == name; });
        entries_.push_back({std::move(name), std::move(value), line});
    }

    std::string key() {
        std::size_t n = 0;
        const auto letter = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        };
        while (n < rest_.size() && (letter(rest_[n]) || (n > 0 && rest_[n] >= '0' && rest_[n] <= '9'))) ++n;
        std::string out(rest_.substr(0, n));
        rest_.remove_prefix(n);
        return out;
    }

    std::string plain() {
        std::string out;
        while (!ends_line()) {
            if (rest_[0] == '#' && (out.empty() || out.back() == ' ' || out.back() == '\t')) break;
            out += rest_[0];
            rest_.remove_prefix(1);
        }
        while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
        check(out);
        return out;
    }

    std::string single_quoted() {
        const std::size_t close = rest_.find('\'', 1);
        if (close == std::string_view::npos) refuse("the ' is not closed");
        std::string out(rest_.substr(1, close - 1));
        end_of_quoted(out, close);
        return out;
    }

    std::string double_quoted() {
        std::string out;
        std::size_t i = 1;
        for (; i < rest_.size() && rest_[i] != '"'; ++i) {
            if (rest_[i] != '\\' || i + 1 >= rest_.size()) {
                out += rest_[i];
                continue;
            }
            switch (rest_[++i]) {
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case '\\':
            case '"':
            case '$': out += rest_[i]; break;
            default: refuse("a \\ inside \" \" has no meaning before this character; write \\\\");
            }
        }
        if (i >= rest_.size()) refuse("the \" is not closed");
        end_of_quoted(out, i);
        return out;
    }

    void end_of_quoted(const std::string& value, std::size_t close) {
        check(value);
        const std::size_t first = line_;
        line_ += static_cast<std::size_t>(
            std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(close), '\n'));
        rest_.remove_prefix(close + 1);
        skip_blanks();
        if (!ends_line() && rest_[0] != '#') {
            line_ = first;
            refuse("there is something behind the closing quote");
        }
    }

    void check(const std::string& value) const {
        if (value.find('\0') != std::string::npos) refuse("the value has a zero byte");
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::vector<dotenv_entry> entries_;
};

} // namespace

std::vector<dotenv_entry> parse_dotenv(std::string_view text) {
    return reader(text).all();
}

} // namespace hawser::detail
