#pragma once
// The two forms of a value on the wire, for every type: https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES
#include <cstddef>
#include <pgwire/format.hpp>
#include <pgwire/output.hpp>
#include <pgwire/types.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

// How values of one type are read and written. One constant per type, next to its family: codec/numeric.hpp and so on.
// Text is what the server itself prints with DateStyle ISO, IntervalStyle postgres, TimeZone UTC, bytea_output hex,
// extra_float_digits 1; of text that comes in, what the server prints is read, and the common forms that people write.
struct codec {
    // Appends the text of a value in binary form. False: the bytes are no value of the type; `out` may have grown.
    bool (*to_text)(std::string_view binary, const type_info& type, const types& known, std::string& out);
    // Appends the binary form, without a length, of a value in text form. False: the text is no value of the type;
    // `out` may have grown. Throws out_of_range only where a value is too large for any message.
    bool (*to_binary)(std::string_view text, const type_info& type, const types& known, output& out);
};

// The codec of a type; null where it is not known how its binary form looks, so that it travels as text.
[[nodiscard]] const codec* codec_of(const type_info& type) noexcept;

// No value has more arrays, ranges or composites within each other than so many: deeper ones are refused, since they
// are taken apart by recursion.
inline constexpr unsigned deepest = 64;

} // namespace hawser::pgwire
