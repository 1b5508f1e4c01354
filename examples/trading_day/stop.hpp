#pragma once
// Ctrl-C and SIGTERM: the day ends early, and whole.

namespace day {

// Thrown where work is given up because somebody asked for it.
struct stopped {};

// From now on SIGINT and SIGTERM ask for an early end; a second one ends the program at once.
void listen_for_stop();
void request_stop() noexcept;
void forget_stop() noexcept;
[[nodiscard]] bool stop_requested() noexcept;
inline void throw_if_stopped() {
    if (stop_requested()) throw stopped{};
}

} // namespace day
