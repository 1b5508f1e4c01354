#pragma once
// One value on its way to or from an engine, in an engine-neutral form of 16 bytes.
#include <hawser/core/timestamp.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hawser {

enum class field_type : std::uint8_t {
    null,
    boolean, // integer is 0 or 1
    int64,
    float64,
    text,
    bytes,
    json,         // text that is one JSON document
    decimal,      // integer scaled by 10^scale
    wide_decimal, // the same of 128 bits: 16 bytes behind data, most significant first, sign bit flipped
    uuid,         // 16 bytes behind data
    instant,      // integer is microseconds since 1970-01-01 UTC
    date,         // integer is days since 1970-01-01
    duration,     // integer is microseconds
    list,         // fields behind items, none of them a list: one parameter that holds any number of values
    key_of        // integer is the index of an earlier request of the same batch: its generated key goes here
};

// A tagged value. What is behind data and items is borrowed: whoever made the view says how long it lives.
struct field_view {
    field_type type = field_type::null;
    std::uint8_t scale = 0;
    field_type element =
        field_type::null;   // of a list: what its fields are where they are not NULL; null: not known
    std::uint32_t size = 0; // bytes behind data, fields behind items
    union {
        std::int64_t integer = 0;
        double real;
        const char* data;
        const field_view* items;
    };

    [[nodiscard]] bool is_null() const noexcept { return type == field_type::null; }
    [[nodiscard]] std::string_view text() const noexcept { return {data, size}; }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
        return {reinterpret_cast<const std::byte*>(data), size};
    }
    [[nodiscard]] std::span<const field_view> list() const noexcept { return {items, size}; }

    static field_view null() noexcept { return {}; }
    static field_view of(field_type type, std::int64_t integer, std::uint8_t scale = 0) noexcept {
        field_view f;
        f.type = type;
        f.scale = scale;
        f.integer = integer;
        return f;
    }
    static field_view of(double real) noexcept {
        field_view f;
        f.type = field_type::float64;
        f.real = real;
        return f;
    }
    static field_view of(field_type type, const char* data, std::uint32_t size) noexcept {
        field_view f;
        f.type = type;
        f.size = size;
        f.data = data;
        return f;
    }
    static field_view of(std::span<const field_view> items, field_type element) noexcept {
        field_view f;
        f.type = field_type::list;
        f.element = element;
        f.size = static_cast<std::uint32_t>(items.size());
        f.items = items.data();
        return f;
    }
};
static_assert(sizeof(field_view) == 16);

// The type's name for messages: "text", "timestamp".
[[nodiscard]] std::string_view to_string(field_type type) noexcept;

} // namespace hawser
