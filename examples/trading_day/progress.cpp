#include "progress.hpp"
#include "texts.hpp"
#include <algorithm>
#include <ostream>

namespace day {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t looked_at_each = 256; // rows between two looks at the clock
constexpr auto redrawn_each = 100ms;
constexpr std::size_t bar_width = 30;

} // namespace

progress::progress(display where, std::string title, std::uint64_t total)
    : where_(where), title_(std::move(title)), total_(total), begun_(std::chrono::steady_clock::now()) {
    if (where_.terminal) draw_bar(0);
}

progress::~progress() {
    if (!where_.terminal) return;
    draw_bar(done_.load());
    *where_.to << std::endl;
}

void progress::add(std::uint64_t count) {
    const std::uint64_t before = done_.fetch_add(count, std::memory_order_relaxed);
    const std::uint64_t done = before + count;
    if (before / looked_at_each != done / looked_at_each || done == total_) show(done);
}

void progress::show(std::uint64_t done) {
    const std::unique_lock lock(drawing_, std::try_to_lock);
    if (!lock) return;
    if (where_.terminal)
        draw_bar(done);
    else
        print_line(done);
}

void progress::draw_bar(std::uint64_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (done != 0 && done < total_ && now - drawn_ < redrawn_each) return;
    drawn_ = now;
    const std::size_t filled =
        total_ == 0 ? bar_width : static_cast<std::size_t>(std::min(done, total_) * bar_width / total_);
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    *where_.to << '\r' << title_ << " [" << std::string(filled, '#') << std::string(bar_width - filled, ' ')
               << "] " << grouped(done) << " of " << grouped(total_) << ", " << rate_text(done, seconds)
               << "   " << std::flush;
}

void progress::print_line(std::uint64_t done) {
    const std::uint64_t tenths = total_ == 0 ? 10 : done * 10 / total_;
    if (tenths <= tenths_) return;
    tenths_ = tenths;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    *where_.to << title_ << ": " << tenths * 10 << " %, " << grouped(done) << " of " << grouped(total_)
               << ", " << rate_text(done, seconds) << std::endl;
}

} // namespace day
