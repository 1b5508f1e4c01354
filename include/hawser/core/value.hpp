#pragma once
// A value whose type is known at run time only.
#include <cstdint>
#include <hawser/core/field_view.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace hawser {

// A field of a dynamic result; owns what it holds. Copies are cheap but for text and bytes.
class value {
public:
    value() = default; // NULL
    explicit value(const field_view& f, std::shared_ptr<const std::string> column = nullptr);

    [[nodiscard]] bool is_null() const noexcept { return field_.is_null(); }
    // As the engine gave it: SQLite knows integers, floating point, text and bytes only.
    [[nodiscard]] field_type type() const noexcept { return field_.type; }
    // The name of the column that it was read from; empty where it was not read.
    [[nodiscard]] std::string_view column() const noexcept;

    // As any mapped type; NULL as std::optional. Throws type_mismatch, and out_of_range for an integer that T does
    // not hold; both name the column. Needs <hawser/mapping/value_as.hpp>, which hawser/hawser.hpp includes.
    template <class T>
    [[nodiscard]] T as() const;

    // For people and logs: numbers and uuids as they are written, timestamps and dates in ISO 8601, bytes as \x and
    // hexadecimal digits (uuids and wide decimals of SQLite are that), text as it is; NULL is "NULL".
    [[nodiscard]] std::string to_text() const;

    // The field itself; text and bytes live as long as this value.
    [[nodiscard]] field_view view() const noexcept;

    // Same type and same content; NULL equals NULL here.
    friend bool operator==(const value& a, const value& b) noexcept;

private:
    field_view field_; // of text and bytes: without its data
    std::string text_;
    std::shared_ptr<const std::string> column_;
};

} // namespace hawser
