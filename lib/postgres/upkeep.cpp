#include "postgres/upkeep.hpp"
#include <algorithm>

namespace hawser::postgres {

deadline retires_at(clock::time_point made, std::chrono::milliseconds recycle_after,
                    std::int32_t process) noexcept {
    if (recycle_after.count() <= 0) return no_deadline;
    // Neighbours are spread evenly, by the golden ratio.
    const std::uint32_t share = (static_cast<std::uint32_t>(process) * 0x9E3779B9U) >> 16;
    const clock::duration whole = saturated(recycle_after);
    return after(whole - whole / 10 / 0x10000 * share, made);
}

use use_of(const rest& r, clock::time_point now, std::chrono::milliseconds ping_after) noexcept {
    if (now >= r.retires) return use::replace;
    return now >= after(ping_after, r.since) ? use::try_first : use::hand_out;
}

deadline rests_until(const rest& r, bool surplus) noexcept {
    return surplus ? std::min(r.retires, after(rest_of_surplus, r.since)) : r.retires;
}

} // namespace hawser::postgres
