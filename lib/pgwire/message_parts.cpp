#include "pgwire/message_parts.hpp"
#include <cstdint>
#include <hawser/core/error.hpp>
#include <limits>
#include <string>

namespace hawser::pgwire {

void write_count(output& out, std::size_t count, std::string_view of) {
    constexpr auto most = std::numeric_limits<std::uint16_t>::max();
    if (count > most)
        throw_error(errc::out_of_range, "a message to PostgreSQL has at most " + std::to_string(most) + " " +
                                            std::string(of) + ", not " + std::to_string(count));
    out.integer(static_cast<std::uint16_t>(count));
}

void write_formats(output& out, std::span<const format> formats, std::size_t count, std::string_view of) {
    if (formats.size() > 1 && formats.size() != count)
        throw_error(errc::misuse, std::to_string(formats.size()) + " formats of " + std::to_string(count) +
                                      " " + std::string(of) + ": none, one or as many are needed");
    write_formats(out, formats, of);
}

void write_formats(output& out, std::span<const format> formats, std::string_view of) {
    write_count(out, formats.size(), of);
    for (const format f : formats) out.integer(static_cast<std::int16_t>(f));
}

void write_values(output& out, std::span<const std::optional<std::string_view>> values, std::string_view of) {
    write_count(out, values.size(), of);
    for (const auto& value : values) {
        if (!value) {
            out.integer(std::int32_t{-1});
            continue;
        }
        const std::size_t mark = out.open();
        out.bytes(*value);
        out.close_value(mark);
    }
}

} // namespace hawser::pgwire
