#include "pgwire/frame.hpp"
#include "pgwire/input.hpp"
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace hawser::pgwire {
namespace {

constexpr std::size_t head = 5; // type and length

} // namespace

frames::frames(limits l) : limits_(l) {
    limits_.buffer = std::max(limits_.buffer, head);
}

// Memory is no more than twice what has come, whatever length a message claims. What is there is moved where it is no
// more than what was taken before it, or where the message at the front does not fit behind it: each byte about once.
std::span<char> frames::room() {
    const std::size_t there = waiting();
    if (there == 0) begin_ = end_ = 0;

    const std::size_t missing = wanted_ > there ? wanted_ - there : 1;
    if (capacity_ > limits_.buffer && wanted_ <= limits_.buffer && there < limits_.buffer) {
        move_to(limits_.buffer);
    } else if (begin_ > 0 && (begin_ >= there || capacity_ - end_ < missing)) {
        std::memmove(data_.get(), data_.get() + begin_, there);
        begin_ = 0;
        end_ = there;
    }
    if (end_ == capacity_) {
        const std::size_t twice = std::max(capacity_ * 2, limits_.buffer);
        move_to(wanted_ > there ? std::clamp(wanted_, limits_.buffer, twice) : twice);
    }
    return {data_.get() + end_, capacity_ - end_};
}

frames::step frames::next(frame& out) noexcept {
    if (broken_) return step::broken;
    drop_skipped();
    if (waiting() < std::max(wanted_, head)) return step::more;

    const char* const at = data_.get() + begin_;
    const auto length = input({at + 1, 4}).integer<std::int32_t>(); // counts itself, not the type
    if (length < 4 || static_cast<std::size_t>(length) > limits_.message) {
        broken_ = true;
        return step::broken;
    }
    const std::size_t whole = 1 + static_cast<std::size_t>(length);
    if (waiting() < whole) {
        wanted_ = whole;
        return step::more;
    }
    out = {*at, {at + head, whole - head}};
    begin_ += whole;
    wanted_ = 0;
    return step::message;
}

std::optional<frames::announcement> frames::announced() const noexcept {
    if (wanted_ == 0 || broken_) return {};
    return announcement{data_[begin_], wanted_ - head};
}

void frames::skip() noexcept {
    skipped_ += std::exchange(wanted_, 0);
    drop_skipped();
}

void frames::drop_skipped() noexcept {
    const std::size_t n = std::min(skipped_, waiting());
    begin_ += n;
    skipped_ -= n;
}

void frames::move_to(std::size_t capacity) {
    const std::size_t there = waiting();
    auto other = std::make_unique_for_overwrite<char[]>(capacity);
    if (there > 0) std::memcpy(other.get(), data_.get() + begin_, there);
    data_ = std::move(other);
    capacity_ = capacity;
    begin_ = 0;
    end_ = there;
}

} // namespace hawser::pgwire
