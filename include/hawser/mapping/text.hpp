#pragma once
// SQL text made by the compiler: a generator writes it twice, once to measure and once for keeps.
#include <array>
#include <cstddef>
#include <cstdint>
#include <hawser/core/statement.hpp>
#include <string_view>

namespace hawser::detail {

// Takes text; without a buffer it only counts.
class text_sink {
public:
    constexpr text_sink() = default;
    constexpr explicit text_sink(char* to) : to_(to) {}

    constexpr text_sink& operator<<(char c) {
        if (to_) to_[size_] = c;
        ++size_;
        return *this;
    }
    constexpr text_sink& operator<<(std::string_view s) {
        for (const char c : s) *this << c;
        return *this;
    }
    constexpr text_sink& number(std::int64_t v) {
        if (v < 0) {
            *this << '-';
            return digits(0 - static_cast<std::uint64_t>(v));
        }
        return digits(static_cast<std::uint64_t>(v));
    }
    // Two digits.
    constexpr text_sink& hex(std::byte b) {
        constexpr std::string_view digits = "0123456789abcdef";
        return *this << digits[std::to_integer<std::size_t>(b) >> 4]
                     << digits[std::to_integer<std::size_t>(b) & 15];
    }
    // An identifier, in double quotes; several parts make one.
    template <class... Part>
    constexpr text_sink& name(const Part&... part) {
        *this << '"';
        (name_part(part), ...);
        return *this << '"';
    }
    // A string literal, in single quotes.
    constexpr text_sink& quoted(std::string_view s) {
        *this << '\'';
        for (const char c : s) {
            if (c == '\'') *this << '\'';
            *this << c;
        }
        return *this << '\'';
    }
    constexpr text_sink& placeholder(dialect d, unsigned number_from_1) {
        return (*this << (d == dialect::sqlite ? '?' : '$')).number(number_from_1);
    }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }

private:
    constexpr void name_part(std::string_view s) {
        for (const char c : s) {
            if (c == '"') *this << '"';
            *this << c;
        }
    }
    constexpr text_sink& digits(std::uint64_t v) {
        if (v >= 10) digits(v / 10);
        return *this << static_cast<char>('0' + v % 10);
    }

    char* to_ = nullptr;
    std::size_t size_ = 0;
};

// Writes `separator` before all but the first of a list.
class comma {
public:
    constexpr explicit comma(std::string_view separator = ", ") : separator_(separator) {}
    constexpr void operator()(text_sink& s) {
        if (!first_) s << separator_;
        first_ = false;
    }

private:
    std::string_view separator_;
    bool first_ = true;
};

// The text of a generator: a type with `static constexpr void write(text_sink&)`.
template <class Generator>
struct static_text {
    static constexpr std::size_t size = [] {
        text_sink s;
        Generator::write(s);
        return s.size();
    }();
    static constexpr auto buffer = [] {
        std::array<char, size + 1> a{};
        text_sink s(a.data());
        Generator::write(s);
        return a;
    }();
    static constexpr std::string_view view{buffer.data(), size};
};

// A generator for one dialect, from one for any: G::write(text_sink&, dialect).
template <class G, dialect D>
struct in_dialect {
    static constexpr void write(text_sink& s) { G::write(s, D); }
};
template <class G, dialect D>
inline constexpr std::string_view text_of = static_text<in_dialect<G, D>>::view;

} // namespace hawser::detail
