#pragma once
// Text that is known to be JSON.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace hawser {

// json_text is text known to be one well-formed JSON value (RFC 8259, UTF-8), kept byte for byte as given.
//
// Equality is equality of the text: {"a":1} and { "a": 1 } differ. A moved-from json_text is well-formed too.
class json_text {
public:
    // Arrays and objects may be nested this deep.
    static constexpr std::size_t max_depth = 256;

    // The empty object, {}.
    json_text() : text_("{}") {}

    // Throws hawser::error of kind type_mismatch, with position (from 1) and cause, unless is_valid(text).
    explicit json_text(std::string text);

    // Takes text without looking at it: for what a json column of a database returned.
    [[nodiscard]] static json_text unchecked(std::string text) noexcept {
        json_text result;
        result.text_.swap(text);
        return result;
    }

    // True for one JSON value, with or without white space around it, nested at most max_depth deep and
    // with no exponent beyond 2^31. No document is built.
    [[nodiscard]] static bool is_valid(std::string_view text) noexcept;

    json_text(const json_text&) = default;
    json_text(json_text&& other) noexcept : json_text() { text_.swap(other.text_); }
    json_text& operator=(const json_text&) = default;
    json_text& operator=(json_text&& other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    ~json_text() = default;

    [[nodiscard]] const std::string& text() const& noexcept { return text_; }

    // Hands the text over and leaves {}.
    [[nodiscard]] std::string text() && {
        json_text taken;
        taken.text_.swap(text_);
        return std::move(taken.text_);
    }

    friend bool operator==(const json_text&, const json_text&) noexcept = default;

private:
    std::string text_;
};

} // namespace hawser
