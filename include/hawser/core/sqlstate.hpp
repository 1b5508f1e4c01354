#pragma once
// PostgreSQL's five-character codes: https://www.postgresql.org/docs/15/errcodes-appendix.html
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hawser {

// sqlstate is such a code: five digits or upper-case letters, of which the first two say the class. Default constructed
// it is "00000", success. Made from a literal, which is checked while compiling, or from text by parse(); for a switch
// there is number(): case sqlstate("23505").number().
class sqlstate {
public:
    constexpr sqlstate() noexcept = default;
    consteval sqlstate(const char (&literal)[6]) : text_(parse({literal, 5}).value().text_) {}

    // Empty where the text is no such code.
    [[nodiscard]] static constexpr std::optional<sqlstate> parse(std::string_view text) noexcept {
        sqlstate made;
        if (text.size() != made.text_.size()) return {};
        for (std::size_t i = 0; i < text.size(); ++i) {
            if ((text[i] < '0' || text[i] > '9') && (text[i] < 'A' || text[i] > 'Z')) return {};
            made.text_[i] = text[i];
        }
        return made;
    }

    // The five characters; live as long as this.
    [[nodiscard]] constexpr std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
    // The first two: "23" of "23505".
    [[nodiscard]] constexpr std::string_view class_of() const noexcept { return text().substr(0, 2); }
    // A number of its own for each code.
    [[nodiscard]] constexpr std::uint32_t number() const noexcept {
        std::uint32_t n = 0;
        for (const char c : text_) n = n * 36 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'A' + 10);
        return n;
    }
    // The condition's name, "unique_violation". A code that PostgreSQL 15 does not have: its class's, "23000"'s name,
    // and empty where it has no such class either.
    [[nodiscard]] std::string_view name() const noexcept;

    friend constexpr bool operator==(const sqlstate&, const sqlstate&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const sqlstate&, const sqlstate&) noexcept = default;

private:
    std::array<char, 5> text_{'0', '0', '0', '0', '0'};
};

// The name of a code as error_info::sqlstate has it: "unique_violation" of "23505", "foreign_key_violation" of "23503".
// As sqlstate::name(), and empty for what is no code. Static text.
[[nodiscard]] std::string_view sqlstate_name(std::string_view code) noexcept;

// What the manual calls the class of a code, given the code or its first two characters: "Integrity Constraint Violation"
// of "23505". Empty for none of PostgreSQL 15. Static text.
[[nodiscard]] std::string_view sqlstate_class_name(std::string_view code) noexcept;

} // namespace hawser
