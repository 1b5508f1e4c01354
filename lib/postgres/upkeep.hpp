#pragma once
// When a connection that does nothing is tried, replaced or closed: numbers in, decisions out.
#include <chrono>
#include <cstdint>
#include <hawser/async/deadline.hpp>

namespace hawser::postgres {

// One beyond kept_connections is closed after so long a rest.
inline constexpr std::chrono::seconds rest_of_surplus{60};
// One that is tried has so long to answer.
inline constexpr std::chrono::seconds longest_try{2};

// At most a tenth before `recycle_after` has passed, each by the number of its server process: those that were made
// together are not replaced together.
[[nodiscard]] deadline retires_at(clock::time_point made, std::chrono::milliseconds recycle_after,
                                  std::int32_t process) noexcept;

struct rest {
    clock::time_point since;
    deadline retires;
};

enum class use : unsigned char { hand_out, try_first, replace };
[[nodiscard]] use use_of(const rest& r, clock::time_point now, std::chrono::milliseconds ping_after) noexcept;

// When it is to be closed: when it retires, or at the end of its rest where there are more than are kept.
[[nodiscard]] deadline rests_until(const rest& r, bool surplus) noexcept;

} // namespace hawser::postgres
