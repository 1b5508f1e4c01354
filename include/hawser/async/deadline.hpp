#pragma once
#include <chrono>
#include <hawser/core/decimal_digits.hpp>
#include <limits>
#include <ratio>
#include <type_traits>

namespace hawser {

using clock = std::chrono::steady_clock;

// The instant by which something must have ended; time_point::max() means never.
using deadline = clock::time_point;
inline constexpr deadline no_deadline = deadline::max();

// As the clock counts, or the longest or shortest that it can count: milliseconds::max() is beyond it. Counts of any
// number type; NaN is the longest.
template <class Rep, class Period>
[[nodiscard]] constexpr clock::duration saturated(std::chrono::duration<Rep, Period> d) noexcept {
    using longest = std::numeric_limits<clock::rep>;
    using ticks = std::ratio_divide<Period, clock::period>; // in one of d
    // 64 bits of a count times 63 of a ratio: no product is lost.
    using wide = std::conditional_t<std::is_integral_v<Rep>, detail::int128, long double>;
    const wide counted = static_cast<wide>(d.count()) * ticks::num / ticks::den;
    if (!(counted < static_cast<wide>(longest::max()))) return clock::duration::max();
    if (!(counted > static_cast<wide>(longest::min()))) return clock::duration::min();
    return clock::duration(static_cast<clock::rep>(counted));
}

// The same in milliseconds: what becomes clock::duration later, and is not to overflow there.
[[nodiscard]] constexpr std::chrono::milliseconds countable(std::chrono::milliseconds d) noexcept {
    return std::chrono::duration_cast<std::chrono::milliseconds>(saturated(d));
}

// `timeout` from now, saturating; a timeout of any duration's max() is no deadline.
template <class Rep, class Period>
[[nodiscard]] deadline after(std::chrono::duration<Rep, Period> timeout,
                             clock::time_point now = clock::now()) noexcept {
    const clock::duration d = saturated(timeout);
    return d >= no_deadline - now ? no_deadline : now + d;
}

} // namespace hawser
