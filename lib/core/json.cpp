#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <hawser/core/error.hpp>
#include <hawser/core/json.hpp>
#include <hawser/core/json_text.hpp>
#include <optional>

namespace hawser {

namespace detail {
namespace {

namespace bj = boost::json;

// The nearest double: of less than the least one zero, of more than the largest one nothing.
std::optional<double> nearest(std::string_view number, double roughly) noexcept {
    double d = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), d).ec == std::errc()) return d;
    if (std::abs(roughly) > 1) return std::nullopt;
    return std::copysign(0.0, roughly);
}

// Boost.JSON's own handler builds values from doubles that are off by a unit in the last place.
struct exact_builder {
    static constexpr std::size_t max_object_size = bj::object::max_size();
    static constexpr std::size_t max_array_size = bj::array::max_size();
    static constexpr std::size_t max_key_size = bj::string::max_size();
    static constexpr std::size_t max_string_size = bj::string::max_size();

    using text = bj::string_view;
    using code = boost::system::error_code;

    bj::value_stack values;

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t n, code&) { return values.push_object(n), true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t n, code&) { return values.push_array(n), true; }
    bool on_key_part(text s, std::size_t, code&) { return values.push_chars(s), true; }
    bool on_key(text s, std::size_t, code&) { return values.push_key(s), true; }
    bool on_string_part(text s, std::size_t, code&) { return values.push_chars(s), true; }
    bool on_string(text s, std::size_t, code&) { return values.push_string(s), true; }
    // Of a number that the text ends in: the document is given whole, so none comes in parts.
    bool on_number_part(text, code&) { return true; }
    bool on_int64(std::int64_t v, text, code&) { return values.push_int64(v), true; }
    bool on_uint64(std::uint64_t v, text, code&) { return values.push_uint64(v), true; }
    bool on_double(double roughly, text s, code& failed) {
        const auto d = nearest({s.data(), s.size()}, roughly);
        if (!d) return failed = bj::make_error_code(bj::error::exponent_overflow), false;
        return values.push_double(*d), true;
    }
    bool on_bool(bool v, code&) { return values.push_bool(v), true; }
    bool on_null(code&) { return values.push_null(), true; }
    bool on_comment_part(text, code&) { return true; }
    bool on_comment(text, code&) { return true; }
};

bool is_finite(const bj::value& v) noexcept {
    switch (v.kind()) {
    case bj::kind::double_: return std::isfinite(v.get_double());
    case bj::kind::array: return std::all_of(v.get_array().begin(), v.get_array().end(), is_finite);
    case bj::kind::object:
        return std::all_of(v.get_object().begin(), v.get_object().end(),
                           [](const auto& member) { return is_finite(member.value()); });
    default: return true;
    }
}

} // namespace

std::optional<boost::json::value> try_parse_json(std::string_view text) {
    bj::parse_options options;
    options.max_depth = json_text::max_depth;
    bj::basic_parser<exact_builder> parser(options);
    parser.handler().values.reset();
    boost::system::error_code failed;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), failed);
    if (failed || used != text.size()) return std::nullopt;
    return parser.handler().values.release();
}

std::string json_text_of(const boost::json::value& v) {
    if (!is_finite(v))
        throw_error(errc::out_of_range, "a document holds NaN or an infinity, for which JSON has no word");
    std::string text = boost::json::serialize(v);
    if (!json_text::is_valid(text)) // Boost.JSON writes what it does not read
        throw_error(errc::out_of_range,
                    "a document holds text that is no UTF-8, or is nested too deep to be read");
    return text;
}

} // namespace detail

void tag_invoke(boost::json::value_from_tag, boost::json::value& to, const uuid& v) {
    to = boost::json::string_view(v.to_string());
}

boost::json::result<uuid> tag_invoke(boost::json::try_value_to_tag<uuid>, const boost::json::value& v) {
    if (const auto* text = v.if_string())
        if (const auto parsed = uuid::try_parse(std::string_view(text->data(), text->size()))) return *parsed;
    return boost::json::make_error_code(boost::json::error::not_string);
}

} // namespace hawser
