#include "pgwire/codec/plain_codec.hpp"
#include "pgwire/codec/time.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {

bool decode(std::string_view binary, time_value& out) noexcept {
    input in(binary);
    out.microseconds = in.integer<std::int64_t>();
    return in.finished() && out.valid();
}

bool decode(std::string_view binary, timetz_value& out) noexcept {
    input in(binary);
    out.microseconds = in.integer<std::int64_t>();
    out.west = in.integer<std::int32_t>();
    return in.finished() && out.valid();
}

void encode(output& out, time_value v) {
    out.integer(v.microseconds);
}

void encode(output& out, timetz_value v) {
    out.integer(v.microseconds);
    out.integer(v.west);
}

bool parse(std::string_view text, time_value& out) noexcept {
    timetz_value there;
    if (!parse(text, there) || there.west != 0) return false;
    out.microseconds = there.microseconds;
    return true;
}

bool parse(std::string_view text, timetz_value& out) noexcept {
    time_text from(text);
    return from.clock(out.microseconds) && from.zone(out.west) && from.empty();
}

char* print(char* to, time_value v) noexcept {
    return print_clock(to, static_cast<std::uint64_t>(v.microseconds));
}

char* print(char* to, timetz_value v) noexcept {
    return print_zone(print_clock(to, static_cast<std::uint64_t>(v.microseconds)), v.west);
}

constinit const codec time_codec = plain_codec<time_value, longest_time_text>;
constinit const codec timetz_codec = plain_codec<timetz_value, longest_time_text>;

} // namespace hawser::pgwire
