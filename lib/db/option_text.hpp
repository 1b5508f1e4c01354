#pragma once
// Values of options as text, and back.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hawser::detail {

// A value travels as one number: microseconds, bytes, a count, 0 or 1, or a word's place.
enum class option_kind : unsigned char { duration, bytes, count, flag, durability, writer, statements };

// "5s", "250ms", "100us", "2min", "1h"; "64MiB", "512KiB", "1GiB", "4096B", "4096"; "4"; "true", "on", "yes", "1" and
// their opposites; "full", "normal"; "thread", "inline"; "named", "unnamed", "simple". A duration needs its unit, except 0.
// Nothing where the text is none of these.
[[nodiscard]] std::optional<std::int64_t> option_value(option_kind kind, std::string_view text);
// The shortest exact form: "5s", "64MiB", "4", "true", "full".
[[nodiscard]] std::string option_text(option_kind kind, std::int64_t value);
// What would have been right: "a duration such as 250ms or 5s".
[[nodiscard]] std::string_view option_form(option_kind kind) noexcept;

} // namespace hawser::detail
