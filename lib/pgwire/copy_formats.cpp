#include "pgwire/copy_formats.hpp"
#include <algorithm>
#include <cstdint>

namespace hawser::pgwire {

bool read(std::string_view body, copy_formats& to) noexcept {
    input in(body);
    const auto whole = in.integer<std::uint8_t>();
    if (whole > 1) return false;
    to.whole = whole == 1 ? format::binary : format::text;
    to.columns = format_list::read(in, in.integer<std::uint16_t>());
    if (!in.finished()) return false;
    return to.whole == format::binary ||
           std::ranges::all_of(to.columns, [](format f) { return f == format::text; });
}

} // namespace hawser::pgwire
