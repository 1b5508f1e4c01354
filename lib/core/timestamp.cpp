#include <hawser/core/error.hpp>
#include <hawser/core/timestamp.hpp>
#include <cstddef>
#include <cstdint>

namespace hawser {
namespace {

namespace chrono = std::chrono;
using namespace std::chrono_literals;

constexpr timestamp earliest = chrono::sys_days{chrono::year{1} / 1 / 1};
constexpr timestamp latest = timestamp{chrono::sys_days{chrono::year{10000} / 1 / 1}} - 1us;

// Reads left to right; after the first fault every further step does nothing.
struct reader {
    std::string_view text;
    std::size_t at = 0;

    // Why and where it failed; null while all is well.
    const char* cause = nullptr;
    errc kind{};
    std::size_t offset = 0;

    bool failed() const noexcept { return cause != nullptr; }

    void fail(errc why, const char* what, std::size_t where) noexcept {
        if (failed()) return;
        kind = why;
        cause = what;
        offset = where;
    }

    bool at_digit() const noexcept { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }

    bool take_one_of(std::string_view characters) noexcept {
        if (at == text.size() || characters.find(text[at]) == characters.npos) return false;
        ++at;
        return true;
    }

    void expect(std::string_view characters, const char* otherwise) noexcept {
        if (!take_one_of(characters)) fail(errc::type_mismatch, otherwise, at);
    }

    // A field of exactly `width` digits, within [low, high].
    int field(int width, int low, int high, const char* otherwise) noexcept {
        const std::size_t start = at;
        int value = 0;
        for (; width > 0 && at_digit(); --width, ++at) value = value * 10 + (text[at] - '0');
        if (width > 0)
            fail(errc::type_mismatch, "digit expected", at);
        else if (value < low || value > high)
            fail(errc::out_of_range, otherwise, start);
        return value;
    }

    chrono::sys_days date() noexcept {
        const int year = field(4, 1, 9999, "year out of range");
        expect("-", "'-' expected");
        const int month = field(2, 1, 12, "month out of range");
        expect("-", "'-' expected");
        const std::size_t day_offset = at;
        const int day = field(2, 1, 31, "day out of range");
        const chrono::year_month_day result{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                            chrono::day{static_cast<unsigned>(day)}};
        if (!result.ok()) {
            fail(errc::out_of_range, "day out of range", day_offset);
            return {};
        }
        return result;
    }

    chrono::microseconds fraction() noexcept {
        if (!at_digit()) fail(errc::type_mismatch, "digit expected", at);
        std::int64_t value = 0;
        int digits = 0;
        for (; at_digit(); ++at) {
            if (digits < 6) {
                value = value * 10 + (text[at] - '0');
                ++digits;
            } else if (text[at] != '0') {
                fail(errc::out_of_range, "more than 6 fraction digits", at);
            }
        }
        for (; digits < 6; ++digits) value *= 10;
        return chrono::microseconds{value};
    }

    chrono::microseconds time_of_day() noexcept {
        chrono::microseconds result = chrono::hours{field(2, 0, 23, "hour out of range")};
        expect(":", "':' expected");
        result += chrono::minutes{field(2, 0, 59, "minute out of range")};
        if (take_one_of(":")) {
            result += chrono::seconds{field(2, 0, 59, "second out of range")};
            if (take_one_of(".")) result += fraction();
        }
        return result;
    }

    chrono::minutes utc_offset() noexcept {
        if (at == text.size() || take_one_of("Z")) return 0min;
        const bool west = text[at] == '-';
        if (!take_one_of("+-")) return 0min;
        chrono::minutes result = chrono::hours{field(2, 0, 15, "offset out of range")};
        if (take_one_of(":")) result += chrono::minutes{field(2, 0, 59, "offset out of range")};
        return west ? -result : result;
    }

    timestamp whole() noexcept {
        timestamp result = date();
        if (at < text.size()) {
            expect("T ", "'T' or space expected");
            result += time_of_day();
            result -= utc_offset();
        }
        if (at < text.size()) fail(errc::type_mismatch, "unexpected character", at);
        if (result < earliest || result > latest) fail(errc::out_of_range, "year in UTC out of range", 0);
        return result;
    }
};

char* put(char* out, int width, std::int64_t value) noexcept {
    for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
    return out + width;
}

} // namespace

std::string to_iso8601(timestamp time) {
    if (time < earliest || time > latest) throw_error(errc::out_of_range, "timestamp: year beyond 1 to 9999");

    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss clock{time - day};

    std::string text = "0000-00-00T00:00:00.000000Z";
    char* out = text.data();
    out = put(out, 4, static_cast<int>(date.year())) + 1;
    out = put(out, 2, static_cast<unsigned>(date.month())) + 1;
    out = put(out, 2, static_cast<unsigned>(date.day())) + 1;
    out = put(out, 2, clock.hours().count()) + 1;
    out = put(out, 2, clock.minutes().count()) + 1;
    out = put(out, 2, clock.seconds().count()) + 1;
    put(out, 6, clock.subseconds().count());
    return text;
}

timestamp parse_timestamp(std::string_view text) {
    reader in{text};
    const timestamp result = in.whole();
    if (in.failed())
        throw_error(in.kind,
                    std::string("timestamp: ") + in.cause + " at position " + std::to_string(in.offset + 1));
    return result;
}

std::optional<timestamp> try_parse_timestamp(std::string_view text) noexcept {
    reader in{text};
    const timestamp result = in.whole();
    if (in.failed()) return std::nullopt;
    return result;
}

} // namespace hawser
