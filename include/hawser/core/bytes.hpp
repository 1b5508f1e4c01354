#pragma once
// Bytes that are no text.
#include <compare>
#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser {

// bytes owns a string of bytes: BYTEA in PostgreSQL, BLOB in SQLite. Ordered as memcmp does, a prefix first.
// Converts to std::span<const std::byte>, and from anything that does; text is taken by of().
class bytes {
public:
    bytes() noexcept = default;
    explicit bytes(std::vector<std::byte> data) noexcept : data_(std::move(data)) {}
    bytes(std::span<const std::byte> data) : data_(data.begin(), data.end()) {}

    // The bytes that the text consists of, zero bytes and all.
    [[nodiscard]] static bytes of(std::string_view text) {
        return bytes(std::as_bytes(std::span<const char>(text.data(), text.size())));
    }
    // Reads pairs of hex digits of either case; other text throws hawser::error of kind type_mismatch.
    [[nodiscard]] static bytes from_hex(std::string_view digits);
    // Two lower-case digits for each byte.
    [[nodiscard]] std::string to_hex() const;

    [[nodiscard]] std::size_t size() const noexcept { return data_.size(); }
    [[nodiscard]] bool empty() const noexcept { return data_.empty(); }
    [[nodiscard]] const std::byte* data() const noexcept { return data_.data(); }
    [[nodiscard]] std::byte* data() noexcept { return data_.data(); }
    [[nodiscard]] auto begin() const noexcept { return data_.begin(); }
    [[nodiscard]] auto end() const noexcept { return data_.end(); }
    [[nodiscard]] std::byte operator[](std::size_t i) const noexcept { return data_[i]; }
    [[nodiscard]] std::span<const std::byte> span() const noexcept { return data_; }
    // As text; lives as long as the bytes do.
    [[nodiscard]] std::string_view text() const noexcept {
        return {reinterpret_cast<const char*>(data_.data()), data_.size()};
    }
    // Hands the vector over and leaves nothing.
    [[nodiscard]] std::vector<std::byte> take() && noexcept { return std::exchange(data_, {}); }

    friend bool operator==(const bytes&, const bytes&) noexcept = default;
    friend std::strong_ordering operator<=>(const bytes&, const bytes&) noexcept = default;
    // In hex.
    friend std::ostream& operator<<(std::ostream& out, const bytes& b);

private:
    std::vector<std::byte> data_;
};

} // namespace hawser
