#include <hawser/core/error.hpp>
#include <hawser/core/parameters.hpp>
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
