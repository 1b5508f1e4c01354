#pragma once
// What several of the client's messages are made of. A `write_..` that throws leaves a piece of its message behind:
// output::truncate() takes it back.
#include "pgwire/format.hpp"
#include "pgwire/message_type.hpp"
#include "pgwire/output.hpp"
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace hawser::pgwire {

// What output::close() takes.
[[nodiscard]] inline std::size_t open_message(output& out, client_message type) {
    return out.open(static_cast<char>(type));
}
inline void write_without_body(output& out, client_message type) {
    out.close(open_message(out, type));
}

// A count of 16 bits. Throws out_of_range for 65,536 and more.
void write_count(output& out, std::size_t count, std::string_view of);

// The formats of `count` values: none (all are text), one for all, or one for each; throws misuse for another number.
void write_formats(output& out, std::span<const format> formats, std::size_t count, std::string_view of);

// Those of values whose number only the server knows.
void write_formats(output& out, std::span<const format> formats, std::string_view of);

// Their count, then each behind its length; none is NULL. Throws out_of_range for 65,536 values and more.
void write_values(output& out, std::span<const std::optional<std::string_view>> values, std::string_view of);

} // namespace hawser::pgwire
