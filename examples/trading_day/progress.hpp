#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <mutex>
#include <string>

namespace day {

// Where progress is shown, and how.
struct display {
    std::ostream* to;
    bool terminal; // a bar that is drawn over; otherwise a line for each tenth
};

// How far one piece of work has come. Any thread may add.
class progress {
public:
    progress(display where, std::string title, std::uint64_t total);
    ~progress(); // leaves the line complete
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    void add(std::uint64_t count = 1);

private:
    void show(std::uint64_t done);
    void draw_bar(std::uint64_t done);
    void print_line(std::uint64_t done);

    const display where_;
    const std::string title_;
    const std::uint64_t total_;
    const std::chrono::steady_clock::time_point begun_;
    std::atomic<std::uint64_t> done_{0};
    std::mutex drawing_;
    std::chrono::steady_clock::time_point drawn_; // guarded by drawing_
    std::uint64_t tenths_ = 0;                    // same
};

} // namespace day
