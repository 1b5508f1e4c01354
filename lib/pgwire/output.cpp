#include "pgwire/output.hpp"
#include <algorithm>
#include <cstdint>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser::pgwire {
namespace {

constexpr std::size_t most = 0x3fffffff; // the server's MaxAllocSize

void fill_in(char* at, std::size_t length) {
    if (length > most) throw_error(errc::out_of_range, "a value or message for PostgreSQL has 1 GiB or more");
    output::write_integer(at, static_cast<std::int32_t>(length));
}

} // namespace

void output::text(std::string_view v) {
    if (v.find('\0') != std::string_view::npos)
        throw_error(errc::misuse, "a text for PostgreSQL holds a zero byte");
    bytes(v);
    byte('\0');
}

void output::close(std::size_t mark) {
    fill_in(data_.get() + mark, size_ - mark);
}

void output::close_value(std::size_t mark) {
    fill_in(data_.get() + mark, size_ - mark - 4);
}

void output::clear(std::size_t keep) noexcept {
    size_ = 0;
    if (capacity_ <= keep) return;
    data_.reset();
    capacity_ = 0;
}

void output::swap(output& other) noexcept {
    data_.swap(other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
}

void output::reserve_more(std::size_t n) {
    const std::size_t wanted = std::max({size_ + n, capacity_ * 2, std::size_t{1024}});
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = wanted;
}

} // namespace hawser::pgwire
