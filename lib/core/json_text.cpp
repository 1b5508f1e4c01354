#include <hawser/core/error.hpp>
#include <hawser/core/json_text.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>

namespace hawser {
namespace {

namespace json = boost::json;

// Takes every event and keeps nothing.
struct ignore_events {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using code = boost::system::error_code;
    using view = json::string_view;

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t, code&) { return true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(view, std::size_t, code&) { return true; }
    bool on_key(view, std::size_t, code&) { return true; }
    bool on_string_part(view, std::size_t, code&) { return true; }
    bool on_string(view, std::size_t, code&) { return true; }
    bool on_number_part(view, code&) { return true; }
    bool on_int64(std::int64_t, view, code&) { return true; }
    bool on_uint64(std::uint64_t, view, code&) { return true; }
    bool on_double(double, view, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(view, code&) { return true; }
    bool on_comment(view, code&) { return true; }
};

struct verdict {
    boost::system::error_code error;
    std::size_t offset = 0;
};

verdict check(std::string_view text) {
    json::parse_options options;
    options.max_depth = json_text::max_depth;
    json::basic_parser<ignore_events> parser(options);

    verdict result;
    result.offset = parser.write_some(false, text.data(), text.size(), result.error);
    if (!result.error && result.offset < text.size())
        result.error = json::make_error_code(json::error::extra_data);
    return result;
}

} // namespace

json_text::json_text(std::string text) : text_(std::move(text)) {
    const verdict found = check(text_);
    if (found.error)
        throw_error(errc::type_mismatch,
                    "json: " + found.error.message() + " at position " + std::to_string(found.offset + 1));
}

bool json_text::is_valid(std::string_view text) noexcept {
    return !check(text).error;
}

} // namespace hawser
