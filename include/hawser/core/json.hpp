#pragma once
// A described struct that is stored as one JSON document. Costs the compilation of <boost/json.hpp>.
#include <boost/json.hpp>
#include <concepts>
#include <hawser/core/decimal.hpp>
#include <hawser/core/uuid.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hawser {

// json<T> holds a T that is stored as a JSON document: jsonb in PostgreSQL, TEXT in SQLite. T is a described struct, or
// whatever else Boost.JSON converts with value_from and value_to: containers, maps, optionals, described enums (by
// name). A document has exactly the members of a described struct. decimal and uuid are strings in it. Finite doubles
// are read as they were written, bit by bit; NaN and the infinities are no JSON: to store one is out_of_range, and a
// number beyond double is not read as one. To store a string that is no UTF-8, or more levels than
// json_text::max_depth, is out_of_range too.
template <class T>
class json {
public:
    using value_type = T;

    json() = default;
    json(T value) : value_(std::move(value)) {}

    [[nodiscard]] const T& operator*() const& noexcept { return value_; }
    [[nodiscard]] T& operator*() & noexcept { return value_; }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(value_); }
    [[nodiscard]] const T* operator->() const noexcept { return &value_; }
    [[nodiscard]] T* operator->() noexcept { return &value_; }

    friend bool operator==(const json& a, const json& b)
        requires std::equality_comparable<T>
    {
        return a.value_ == b.value_;
    }

private:
    T value_{};
};

namespace detail {

// Empty where the text is no JSON, nested deeper than json_text::max_depth, or holds a number beyond every double.
[[nodiscard]] std::optional<boost::json::value> try_parse_json(std::string_view text);
// Throws out_of_range where try_parse_json would not read it.
[[nodiscard]] std::string json_text_of(const boost::json::value& v);

} // namespace detail

// Found by Boost.JSON.
template <unsigned P, unsigned S>
void tag_invoke(boost::json::value_from_tag, boost::json::value& to, const decimal<P, S>& v) {
    to = boost::json::string_view(v.to_string());
}
template <unsigned P, unsigned S>
boost::json::result<decimal<P, S>> tag_invoke(boost::json::try_value_to_tag<decimal<P, S>>,
                                              const boost::json::value& v) {
    if (const auto* text = v.if_string())
        if (const auto parsed = decimal<P, S>::try_parse(std::string_view(text->data(), text->size())))
            return *parsed;
    return boost::json::make_error_code(boost::json::error::not_string);
}
void tag_invoke(boost::json::value_from_tag, boost::json::value& to, const uuid& v);
boost::json::result<uuid> tag_invoke(boost::json::try_value_to_tag<uuid>, const boost::json::value& v);

} // namespace hawser
