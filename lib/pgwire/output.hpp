#pragma once
// Bytes on their way to the server.
#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <pgwire/network_order.hpp>
#include <string_view>

namespace hawser::pgwire {

// Grows at its end; numbers in network order. What was taken back by truncate() or clear() leaves its memory for later.
class output {
public:
    output() = default;
    output(output&&) noexcept = default;
    output& operator=(output&&) noexcept = default;

    // Appends so many bytes, to be written at once by the caller.
    [[nodiscard]] char* grow(std::size_t n) {
        if (capacity_ - size_ < n) reserve_more(n);
        char* const at = data_.get() + size_;
        size_ += n;
        return at;
    }
    template <std::integral I>
    void integer(I v) {
        write_integer(grow(sizeof(I)), v);
    }
    void byte(char c) { *grow(1) = c; }
    void bytes(std::string_view v) {
        if (!v.empty()) std::memcpy(grow(v.size()), v.data(), v.size());
    }
    // With a zero behind it, as the protocol's String. Throws misuse where one is in it.
    void text(std::string_view v);

    // A message: its type, and room for its length, which close() fills in.
    [[nodiscard]] std::size_t open(char type) {
        byte(type);
        return open();
    }
    // A length alone: of a start-up message, which has no type.
    [[nodiscard]] std::size_t open() {
        const std::size_t mark = size_;
        static_cast<void>(grow(4));
        return mark;
    }
    // The length counts itself. Throws out_of_range above 1 GiB, the most that the server takes.
    void close(std::size_t mark);
    // The length of a value does not count itself. Throws out_of_range above 1 GiB.
    void close_value(std::size_t mark);

    // Over bytes that are there: a number that is known only behind them.
    template <std::integral I>
    void rewrite(std::size_t at, I v) noexcept {
        write_integer(data_.get() + at, v);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }
    [[nodiscard]] std::string_view view_from(std::size_t mark) const noexcept { return view().substr(mark); }
    // Gives up what was written behind `size`: a request that could not be encoded.
    void truncate(std::size_t size) noexcept { size_ = size; }
    // Of the memory no more than `keep` bytes stay.
    void clear(std::size_t keep = std::size_t{1} << 20) noexcept;
    void swap(output& other) noexcept;

    // Big-endian, anywhere in the bytes.
    template <std::integral I>
    static void write_integer(char* at, I v) noexcept {
        store(at, v);
    }

private:
    void reserve_more(std::size_t n);

    std::unique_ptr<char[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace hawser::pgwire
