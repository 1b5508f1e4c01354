#pragma once
// Memory for what is made of a batch of rows: texts that do not lie in the bytes of the server as they are wanted.
#include "pgwire/output.hpp"
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::pgwire {

// Recycled: a batch no larger than the one before it allocates nothing.
class made_text {
public:
    made_text() = default;
    made_text(made_text&& other) noexcept { swap(other); }
    made_text& operator=(made_text&& other) noexcept {
        swap(other);
        return *this;
    }
    void swap(made_text& other) noexcept;

    // So many bytes, which stay where they are until clear().
    [[nodiscard]] char* room(std::size_t n) {
        if (capacity_ - used_ < n) more(n);
        char* const at = chunk_.get() + used_;
        used_ += n;
        return at;
    }
    // A copy that stays until clear().
    [[nodiscard]] std::string_view keep(std::string_view text);
    // Empty; for a text that grows before it is kept. One at a time.
    [[nodiscard]] std::string& scratch() noexcept {
        scratch_.clear();
        return scratch_;
    }
    [[nodiscard]] output& scratch_bytes() noexcept {
        scratch_bytes_.truncate(0);
        return scratch_bytes_;
    }

    // What texts take, in bytes; there is as much again at most for what is to come.
    [[nodiscard]] std::size_t size() const noexcept { return full_bytes_ + used_; }
    // Forgets all that was made. Of the memory no more than about twice `keep` bytes stay.
    void clear(std::size_t keep = std::size_t{256} << 10) noexcept;

private:
    void more(std::size_t n);

    std::unique_ptr<char[]> chunk_; // cut from its front
    std::size_t capacity_ = 0;
    std::size_t used_ = 0;
    std::vector<std::unique_ptr<char[]>> full_; // each smaller than the one behind it
    std::size_t full_bytes_ = 0;
    std::string scratch_;
    output scratch_bytes_;
};

} // namespace hawser::pgwire
