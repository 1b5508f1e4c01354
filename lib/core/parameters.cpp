#include <hawser/core/error.hpp>
#include <hawser/core/parameters.hpp>
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace hawser {
namespace {

constexpr std::size_t chunk_size = 2048;
constexpr std::size_t kept_fields = 256;
constexpr std::size_t kept_chunks = 64; // their list, not the chunks

std::uint32_t checked_size(std::string_view v) {
    if (v.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        throw_error(errc::out_of_range, "a value of 2 GiB or more cannot be stored");
    return static_cast<std::uint32_t>(v.size());
}

// An empty view may have no address, which engines read as NULL.
const char* address_of(std::string_view v) noexcept {
    return v.empty() ? "" : v.data();
}

} // namespace

void parameters::text(std::string_view v, field_type type) {
    if (mode_ == text_mode::copy) return made_text(v, type);
    fields_.push_back(field_view::of(type, address_of(v), checked_size(v)));
}

void parameters::static_text(std::string_view v) {
    fields_.push_back(field_view::of(field_type::text, address_of(v), checked_size(v)));
}

void parameters::made_text(std::string_view v, field_type type) {
    const std::uint32_t size = checked_size(v);
    if (size == 0) {
        fields_.push_back(field_view::of(type, "", 0));
        return;
    }
    char* copy = allocate(size);
    std::memcpy(copy, v.data(), size);
    fields_.push_back(field_view::of(type, copy, size));
}

void parameters::wide_decimal(detail::int128 scaled, unsigned scale) {
    const std::array<std::byte, 16> bytes = detail::encode_ordered(scaled);
    char* copy = allocate(bytes.size());
    std::memcpy(copy, bytes.data(), bytes.size());
    fields_.push_back(field_view::of(field_type::wide_decimal, copy, bytes.size()));
    fields_.back().scale = static_cast<std::uint8_t>(scale);
}

void parameters::fold(std::size_t first, field_type element) {
    const auto from = fields_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = static_cast<std::size_t>(fields_.end() - from);
    if (std::any_of(from, fields_.end(), [](const field_view& f) { return f.type == field_type::list; }))
        throw_error(errc::misuse, "a list in a list is no value");
    if (count > std::numeric_limits<std::uint32_t>::max())
        throw_error(errc::out_of_range, "a list of more than 2^32 values cannot be sent");
    field_view* items = allocate_fields(count);
    std::copy(from, fields_.end(), items);
    fields_.erase(from, fields_.end());
    fields_.push_back(field_view::of({items, count}, element));
}

field_view* parameters::allocate_fields(std::size_t count) {
    // Text is cut from the chunks without regard to alignment.
    constexpr std::size_t slack = alignof(field_view) - 1;
    std::size_t room = count * sizeof(field_view) + slack;
    void* at = allocate(room);
    return static_cast<field_view*>(std::align(alignof(field_view), room - slack, at, room));
}

char* parameters::allocate(std::size_t size) {
    copied_ += size;
    if (size > chunk_size / 2) {
        full_.push_back(std::make_unique_for_overwrite<char[]>(size));
        full_bytes_ += size;
        return full_.back().get();
    }
    if (size > left_) {
        if (chunk_) {
            full_.push_back(std::move(chunk_));
            full_bytes_ += chunk_size;
        }
        left_ = 0;
        chunk_ = std::make_unique_for_overwrite<char[]>(chunk_size);
        left_ = chunk_size;
    }
    char* result = chunk_.get() + (chunk_size - left_);
    left_ -= size;
    return result;
}

std::size_t parameters::memory() const noexcept {
    return fields_.capacity() * sizeof(field_view) + full_.capacity() * sizeof(full_[0]) + full_bytes_ +
           (chunk_ ? chunk_size : 0);
}

void parameters::swap(parameters& other) noexcept {
    std::swap(mode_, other.mode_);
    fields_.swap(other.fields_);
    chunk_.swap(other.chunk_);
    full_.swap(other.full_);
    std::swap(left_, other.left_);
    std::swap(copied_, other.copied_);
    std::swap(full_bytes_, other.full_bytes_);
}

void parameters::clear() noexcept {
    fields_.clear();
    if (fields_.capacity() > kept_fields) std::vector<field_view>{}.swap(fields_);
    full_.clear();
    if (full_.capacity() > kept_chunks) std::vector<std::unique_ptr<char[]>>{}.swap(full_);
    full_bytes_ = 0;
    left_ = chunk_ ? chunk_size : 0;
    copied_ = 0;
}

} // namespace hawser
