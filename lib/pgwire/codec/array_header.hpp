#pragma once
// Arrays in binary form, without a codec: what stands before the elements, and the elements one by one.
// https://www.postgresql.org/docs/15/arrays.html
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <pgwire/input.hpp>
#include <pgwire/output.hpp>
#include <pgwire/types.hpp>
#include <string_view>

namespace hawser::pgwire {

struct array_dimension {
    std::int32_t size = 0;
    std::int32_t lower = 1; // the first element's subscript

    bool operator==(const array_dimension&) const = default;
};

struct array_header {
    static constexpr std::size_t most_dimensions = 6;
    static constexpr std::size_t most_elements = 134'217'727; // the server takes no more

    oid element = 0;
    bool has_null = false;
    std::size_t dimensions = 0; // 0: empty
    std::array<array_dimension, most_dimensions> dimension{};
    std::size_t count = 0; // of elements, in all dimensions

    // What the dimensions hold, as count; false where it is more than an array can have, or a subscript is too large.
    [[nodiscard]] bool count_elements() noexcept;
    // Takes a header off the front. The input has failed where it is none, or has less bytes behind it than so many
    // elements take at least: memory may be had for `count` elements.
    [[nodiscard]] static array_header read(input& in) noexcept;
    void write(output& to) const;
};

// The elements of an array of any dimensions, the last subscript running fastest.
class array_elements {
public:
    struct element {
        std::string_view bytes; // lie in the array's
        bool null;
    };

    explicit array_elements(std::string_view binary) noexcept
        : in_(binary), header_(array_header::read(in_)), left_(in_.ok() ? header_.count : 0) {}

    [[nodiscard]] const array_header& header() const noexcept { return header_; }
    // Of those that are still to come.
    [[nodiscard]] std::size_t size() const noexcept { return left_; }
    // Nullopt behind the last one, and from where the bytes are no array.
    [[nodiscard]] std::optional<element> next() noexcept {
        if (left_ == 0) return {};
        --left_;
        element e{};
        e.null = !in_.value(e.bytes);
        if (in_.ok()) return e;
        left_ = 0;
        return {};
    }
    // Known behind the last one: all was there, and nothing more.
    [[nodiscard]] bool finished() const noexcept { return in_.finished() && left_ == 0; }

private:
    input in_;
    array_header header_;
    std::size_t left_;
};

// Begins a value that is a list of so many elements: its length, which close_value() fills in for the mark given back,
// and its header. Then come the elements, each behind a length of its own, or -1 for NULL. Throws out_of_range for more
// than the server takes.
[[nodiscard]] std::size_t begin_array(output& to, oid element, std::size_t count, bool has_null = false);

} // namespace hawser::pgwire
