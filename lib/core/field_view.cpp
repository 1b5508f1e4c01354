#include <hawser/core/field_view.hpp>

namespace hawser {

std::string_view to_string(field_type type) noexcept {
    switch (type) {
    case field_type::null: return "null";
    case field_type::boolean: return "boolean";
    case field_type::int64: return "integer";
    case field_type::float64: return "floating point";
    case field_type::text: return "text";
    case field_type::bytes: return "bytes";
    case field_type::json: return "json";
    case field_type::decimal: return "decimal";
    case field_type::wide_decimal: return "wide decimal";
    case field_type::uuid: return "uuid";
    case field_type::instant: return "timestamp";
    case field_type::date: return "date";
    case field_type::duration: return "duration";
    case field_type::list: return "list";
    case field_type::key_of: return "generated key";
    }
    return "unknown";
}

} // namespace hawser
