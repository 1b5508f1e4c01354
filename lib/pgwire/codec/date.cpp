#include "pgwire/codec/date.hpp"
#include "pgwire/codec/plain_codec.hpp"
#include "pgwire/input.hpp"

namespace hawser::pgwire {

bool decode(std::string_view binary, date_value& out) noexcept {
    input in(binary);
    out.days = in.integer<std::int32_t>();
    return in.finished() && out.valid();
}

void encode(output& out, date_value v) {
    out.integer(v.days);
}

bool parse(std::string_view text, date_value& out) noexcept {
    if (const int sign = infinity_in(text); sign != 0) {
        out.days = sign > 0 ? date_value::infinity : date_value::minus_infinity;
        return true;
    }
    time_text from(text);
    civil date;
    if (!from.date(date) || !from.empty()) return false;
    const std::int64_t days = days_of(date);
    if (days < date_value::first || days > date_value::last) return false;
    out.days = static_cast<std::int32_t>(days);
    return true;
}

char* print(char* to, date_value v) noexcept {
    if (!v.finite()) return print_infinity(to, v.days < 0);
    const civil date = civil_of(v.days);
    return print_era(print_date(to, date), date);
}

constinit const codec date_codec = plain_codec<date_value, longest_time_text>;

} // namespace hawser::pgwire
