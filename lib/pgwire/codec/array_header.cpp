#include "pgwire/codec/array_header.hpp"
#include <hawser/core/error.hpp>
#include <limits>

namespace hawser::pgwire {

bool array_header::count_elements() noexcept {
    constexpr std::int64_t last_subscript = std::numeric_limits<std::int32_t>::max();
    count = dimensions > 0 ? 1 : 0;
    for (std::size_t i = 0; i < dimensions; ++i) {
        const array_dimension& d = dimension[i];
        if (d.size < 0 || std::int64_t{d.lower} + d.size > last_subscript) return false;
        count *= static_cast<std::size_t>(d.size); // both below 2^31
        if (count > most_elements) return false;
    }
    return true;
}

array_header array_header::read(input& in) noexcept {
    array_header h;
    h.dimensions = in.integer<std::uint32_t>();
    const auto flags = in.integer<std::uint32_t>();
    h.has_null = flags == 1;
    h.element = in.integer<oid>();
    if (flags > 1 || h.dimensions > most_dimensions) {
        in.fail();
        return {};
    }
    for (std::size_t i = 0; i < h.dimensions; ++i) {
        h.dimension[i].size = in.integer<std::int32_t>();
        h.dimension[i].lower = in.integer<std::int32_t>();
    }
    constexpr std::size_t least = 4; // bytes of an element: its length
    if (!in.ok() || !h.count_elements() || h.count > in.left() / least) {
        in.fail();
        return {};
    }
    return h;
}

void array_header::write(output& to) const {
    to.integer(static_cast<std::uint32_t>(dimensions));
    to.integer(std::uint32_t{has_null});
    to.integer(element);
    for (std::size_t i = 0; i < dimensions; ++i) {
        to.integer(dimension[i].size);
        to.integer(dimension[i].lower);
    }
}

std::size_t begin_array(output& to, oid element, std::size_t count, bool has_null) {
    if (count > array_header::most_elements)
        throw_error(errc::out_of_range,
                    "a list of " + std::to_string(count) + " elements is more than an array holds");
    array_header h;
    h.element = element;
    h.has_null = has_null;
    h.dimensions = count > 0 ? 1 : 0;
    h.dimension[0].size = static_cast<std::int32_t>(count);
    const std::size_t mark = to.open();
    h.write(to);
    return mark;
}

} // namespace hawser::pgwire
