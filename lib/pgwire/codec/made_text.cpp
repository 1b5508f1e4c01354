#include "pgwire/codec/made_text.hpp"
#include <algorithm>
#include <cstring>
#include <utility>

namespace hawser::pgwire {

void made_text::swap(made_text& other) noexcept {
    chunk_.swap(other.chunk_);
    std::swap(capacity_, other.capacity_);
    std::swap(used_, other.used_);
    full_.swap(other.full_);
    std::swap(full_bytes_, other.full_bytes_);
    scratch_.swap(other.scratch_);
    scratch_bytes_.swap(other.scratch_bytes_);
}

std::string_view made_text::keep(std::string_view text) {
    if (text.empty()) return "";
    char* const at = room(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
}

void made_text::clear(std::size_t keep) noexcept {
    full_.clear();
    full_bytes_ = 0;
    used_ = 0;
    if (capacity_ > keep) {
        chunk_.reset();
        capacity_ = 0;
    }
    if (scratch_.capacity() > keep) std::string().swap(scratch_);
    scratch_bytes_.clear(keep);
}

void made_text::more(std::size_t n) {
    constexpr std::size_t least = 4096;
    const std::size_t wanted = std::max({n, capacity_ * 2, least});
    auto chunk = std::make_unique_for_overwrite<char[]>(wanted);
    if (chunk_) {
        full_.push_back(std::move(chunk_));
        full_bytes_ += capacity_;
    }
    chunk_ = std::move(chunk);
    capacity_ = wanted;
    used_ = 0;
}

} // namespace hawser::pgwire
