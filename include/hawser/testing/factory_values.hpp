#pragma once
// Values for the rows of a factory: what is random of them, what tells rows apart, and what keeps them in bounds.
#include <cstddef>
#include <cstdint>
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/json_text.hpp>
#include <hawser/core/uuid.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

// Numbers that follow from seed, row and try.
class draws {
public:
    draws(std::uint64_t seed, std::uint64_t row, std::uint64_t attempt) noexcept;

    [[nodiscard]] std::uint64_t next() noexcept;
    // From 0 to n - 1; n > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t n) noexcept { return next() % n; }
    // Another one for each row: what values that must differ are made from.
    [[nodiscard]] std::uint64_t ordinal() const noexcept { return row_ + attempt_; }
    [[nodiscard]] std::uint64_t attempt() const noexcept { return attempt_; }

private:
    std::uint64_t state_, row_, attempt_;
};

// Of a type whose values are whole numbers of something: integers, decimals, points in time, durations.
struct whole_needs {
    int128 least, most;                  // of the type
    int128 usual;                        // where values begin that nothing is asked of
    int128 unit;                         // one of what people count
    std::optional<int128> low{}, high{}; // both allowed
    bool distinct = false;
};
[[nodiscard]] int128 draw_whole(draws& from, const whole_needs& needs);

struct real_needs {
    std::optional<double> low{}, high{};
    bool distinct = false;
};
[[nodiscard]] double draw_real(draws& from, const real_needs& needs);

struct text_needs {
    enum class form : unsigned char { plain, email, url, uuid };
    std::string_view member;
    std::size_t least = 0;
    std::size_t most = 1000;
    form is = form::plain;
    std::string_view pattern{}; // of matches<..>; empty: none
    bool distinct = false;
};
[[nodiscard]] std::string draw_text(draws& from, const text_needs& needs);
// Text that the pattern takes. An endless one, as far as needed to tell rows apart.
[[nodiscard]] std::string draw_pattern(draws& from, std::string_view pattern, bool distinct);

[[nodiscard]] uuid draw_uuid(draws& from);
[[nodiscard]] json_text draw_json(draws& from);
[[nodiscard]] std::vector<std::byte> draw_bytes(draws& from);

// No row was found that the description allows.
[[noreturn]] void throw_no_such_row(std::string_view table, const std::string& complaint);

} // namespace hawser::detail
