#include <hawser/core/error.hpp>
#include <hawser/testing/uuids.hpp>

namespace hawser::testing {
namespace {

constexpr unsigned count_bits = 12;

void put(uuid::bytes_type& bytes, std::size_t first, std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < 8; ++i)
        bytes[first + i] = static_cast<std::byte>((value >> (56 - 8 * i)) & 0xff);
}
void put_version(uuid::bytes_type& bytes, unsigned version) noexcept {
    bytes[6] = (bytes[6] & std::byte{0x0f}) | static_cast<std::byte>(version << 4);
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
}

} // namespace

// SplitMix64.
std::uint64_t seeded_uuids::random() noexcept {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uuid seeded_uuids::v4() {
    const std::lock_guard lock(mutex_);
    uuid::bytes_type bytes{};
    put(bytes, 0, random());
    put(bytes, 8, random());
    put_version(bytes, 4);
    return uuid(bytes);
}

uuid seeded_uuids::v7(timestamp now) {
    const auto since = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
    if (since < 0 || since >= std::int64_t{1} << 48)
        throw_error(errc::out_of_range, "uuid: the time is before 1970 or beyond 48 bits of milliseconds");
    const std::lock_guard lock(mutex_);
    const std::uint64_t wanted = static_cast<std::uint64_t>(since) << count_bits;
    last_ordered_ = wanted > last_ordered_ ? wanted : last_ordered_ + 1;
    uuid::bytes_type bytes{};
    const std::uint64_t count = last_ordered_ & ((1u << count_bits) - 1);
    put(bytes, 0, (last_ordered_ >> count_bits) << 16 | count);
    put(bytes, 8, random());
    put_version(bytes, 7);
    return uuid(bytes);
}

} // namespace hawser::testing
