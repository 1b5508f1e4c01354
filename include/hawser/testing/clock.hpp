#pragma once
// Clocks that a test sets: open_options::clock.
#include <atomic>
#include <chrono>
#include <hawser/core/wall_clock.hpp>

namespace hawser::testing {

// Noon of 1 March 2026, UTC: where the clocks of tests stand that are not told otherwise.
inline constexpr timestamp noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) +
                                std::chrono::hours(12)};

// Stands still until it is moved. Thread-safe.
class fixed_clock final : public wall_clock {
public:
    explicit fixed_clock(timestamp at = noon) noexcept : at_(at.time_since_epoch().count()) {}

    void set(timestamp at) noexcept { at_.store(at.time_since_epoch().count()); }
    void advance(std::chrono::microseconds by) noexcept { at_.fetch_add(by.count()); }
    [[nodiscard]] timestamp now() noexcept override {
        return timestamp(std::chrono::microseconds(at_.load()));
    }

private:
    std::atomic<std::chrono::microseconds::rep> at_;
};

// Gives `start` first, and each time `step` more, so that no two calls that write have the same time. Thread-safe.
class stepping_clock final : public wall_clock {
public:
    explicit stepping_clock(timestamp start = noon,
                            std::chrono::microseconds step = std::chrono::seconds(1)) noexcept
        : next_(start.time_since_epoch().count()), step_(step.count()) {}

    [[nodiscard]] timestamp now() noexcept override {
        return timestamp(std::chrono::microseconds(next_.fetch_add(step_)));
    }

private:
    std::atomic<std::chrono::microseconds::rep> next_;
    const std::chrono::microseconds::rep step_;
};

} // namespace hawser::testing
