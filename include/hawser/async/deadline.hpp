#pragma once
#include <chrono>

namespace hawser {

using clock = std::chrono::steady_clock;

// The instant by which something must have ended; time_point::max() means never.
using deadline = clock::time_point;
inline constexpr deadline no_deadline = deadline::max();

// `timeout` from now, saturating; a timeout of duration::max() is no deadline.
[[nodiscard]] inline deadline after(clock::duration timeout, clock::time_point now = clock::now()) noexcept {
    return timeout >= no_deadline - now ? no_deadline : now + timeout;
}

} // namespace hawser
