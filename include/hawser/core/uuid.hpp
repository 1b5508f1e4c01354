#pragma once
// 128-bit identifiers.
#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hawser {

// uuid is a universally unique identifier of RFC 9562: UUID in PostgreSQL, 16 bytes in SQLite. Ordered as its bytes are,
// in C++ and on both engines. Default constructed it is the nil uuid, all zeros.
class uuid {
public:
    using bytes_type = std::array<std::byte, 16>;
    using milliseconds_type = std::chrono::sys_time<std::chrono::milliseconds>;

    constexpr uuid() noexcept = default;
    constexpr explicit uuid(const bytes_type& bytes) noexcept : bytes_(bytes) {}

    // Random, version 4: 122 bits from the operating system's source. Throws std::system_error where there is none.
    [[nodiscard]] static uuid v4();

    // Ordered by time, version 7: milliseconds since 1970, then 12 bits that count within the millisecond, then 62 random
    // bits. Each is greater than all that this process made before, whatever the thread and whatever the clock does:
    // where the clock stands or goes back, the count runs on, if need be into the milliseconds to come. Safe to call
    // from any thread. Throws out_of_range before 1970 and after the year 10889.
    [[nodiscard]] static uuid v7(milliseconds_type now);
    // At the system clock's time.
    [[nodiscard]] static uuid v7();

    // Reads 8-4-4-4-12 hex digits of either case, also in braces or behind "urn:uuid:", or 32 digits alone.
    // Other text throws hawser::error of kind type_mismatch.
    [[nodiscard]] static uuid parse(std::string_view text);
    // As parse, and empty where that throws.
    [[nodiscard]] static std::optional<uuid> try_parse(std::string_view text) noexcept;

    // "01890a5d-ac96-774b-bcce-b302099a8057"
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] constexpr const bytes_type& bytes() const noexcept { return bytes_; }
    [[nodiscard]] constexpr bool is_nil() const noexcept { return *this == uuid(); }
    // 1 to 8 for those of RFC 9562.
    [[nodiscard]] constexpr unsigned version() const noexcept {
        return std::to_integer<unsigned>(bytes_[6]) >> 4;
    }

    friend constexpr bool operator==(const uuid&, const uuid&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const uuid&, const uuid&) noexcept = default;
    friend std::ostream& operator<<(std::ostream& out, const uuid& id);

private:
    bytes_type bytes_{};
};

} // namespace hawser

template <>
struct std::hash<hawser::uuid> {
    std::size_t operator()(const hawser::uuid& id) const noexcept {
        std::size_t h = 0;
        for (const std::byte b : id.bytes()) h = (h ^ std::to_integer<std::size_t>(b)) * 0x100000001B3u;
        return h ^ (h >> 32);
    }
};
