#include "core/hex.hpp"
#include <atomic>
#include <cerrno>
#include <hawser/core/error.hpp>
#include <hawser/core/uuid.hpp>
#include <ostream>
#include <sys/random.h>
#include <system_error>

namespace hawser {
namespace {

void fill_random(std::byte* to, std::size_t count) {
    while (count > 0) {
        const auto got = ::getrandom(to, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::system_error(errno, std::generic_category(), "no random bytes");
        to += got;
        count -= static_cast<std::size_t>(got);
    }
}

void put_version(uuid::bytes_type& bytes, unsigned version) noexcept {
    bytes[6] = (bytes[6] & std::byte{0x0f}) | static_cast<std::byte>(version << 4);
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
}

// Milliseconds and count of the last one made, as one number of 60 bits.
std::atomic<std::uint64_t> last_ordered{0};

constexpr std::uint64_t count_bits = 12;
constexpr std::uint64_t beyond = std::uint64_t{1} << 60;

// A new millisecond begins below half of its count, so that there is room behind it.
std::uint64_t next_ordered(std::uint64_t milliseconds, std::uint64_t random) {
    const std::uint64_t wanted = (milliseconds << count_bits) | (random & 0x7ff);
    std::uint64_t last = last_ordered.load(std::memory_order_relaxed);
    for (;;) {
        const std::uint64_t next = wanted > last ? wanted : last + 1;
        if (next >= beyond)
            throw_error(errc::out_of_range, "uuid: the time is beyond 48 bits of milliseconds");
        if (last_ordered.compare_exchange_weak(last, next, std::memory_order_relaxed)) return next;
    }
}

// The text without what may be around it: 36 characters with dashes, or 32 without.
std::string_view core_of(std::string_view text) noexcept {
    constexpr std::string_view urn = "urn:uuid:";
    if (text.size() == urn.size() + 36) {
        for (std::size_t i = 0; i < urn.size(); ++i)
            if ((text[i] | (text[i] == ':' ? 0 : 0x20)) != urn[i]) return {};
        return text.substr(urn.size());
    }
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') return text.substr(1, 36);
    return text.size() == 36 || text.size() == 32 ? text : std::string_view{};
}

constexpr bool dash_before(std::size_t byte) noexcept {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

} // namespace

uuid uuid::v4() {
    bytes_type bytes{};
    fill_random(bytes.data(), bytes.size());
    put_version(bytes, 4);
    return uuid(bytes);
}

uuid uuid::v7(milliseconds_type now) {
    const auto since = now.time_since_epoch().count();
    if (since < 0 || since >= std::int64_t{1} << 48)
        throw_error(errc::out_of_range, "uuid: the time is before 1970 or beyond 48 bits of milliseconds");
    bytes_type bytes{};
    fill_random(bytes.data() + 6, bytes.size() - 6);
    const std::uint64_t random =
        std::to_integer<std::uint64_t>(bytes[6]) << 8 | std::to_integer<std::uint64_t>(bytes[7]);
    const std::uint64_t ordered = next_ordered(static_cast<std::uint64_t>(since), random);
    const std::uint64_t milliseconds = ordered >> count_bits;
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::byte>((milliseconds >> (40 - 8 * i)) & 0xff);
    bytes[6] = static_cast<std::byte>((ordered >> 8) & 0x0f);
    bytes[7] = static_cast<std::byte>(ordered & 0xff);
    put_version(bytes, 7);
    return uuid(bytes);
}

std::optional<uuid> uuid::try_parse(std::string_view text) noexcept {
    const std::string_view core = core_of(text);
    if (core.empty()) return std::nullopt;
    bytes_type bytes{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (core.size() == 36 && dash_before(i) && core[at++] != '-') return std::nullopt;
        const int high = detail::hex_value(core[at++]);
        const int low = detail::hex_value(core[at++]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes[i] = static_cast<std::byte>(high << 4 | low);
    }
    return uuid(bytes);
}

uuid uuid::parse(std::string_view text) {
    if (const auto id = try_parse(text)) return *id;
    throw_error(errc::type_mismatch,
                "uuid: the text is not 8-4-4-4-12 hex digits, with or without braces, dashes or "
                "urn:uuid:");
}

std::string uuid::to_string() const {
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (dash_before(i)) text += '-';
        const auto b = std::to_integer<unsigned>(bytes_[i]);
        text += detail::hex_digits[b >> 4];
        text += detail::hex_digits[b & 15];
    }
    return text;
}

std::ostream& operator<<(std::ostream& out, const uuid& id) {
    return out << id.to_string();
}

} // namespace hawser
