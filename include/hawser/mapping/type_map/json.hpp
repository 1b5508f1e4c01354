#pragma once
// JSON as text.
#include <hawser/core/json_text.hpp>
#include <hawser/mapping/type_map/mapped.hpp>
#include <string>

namespace hawser {

template <>
struct type_map<json_text> {
    static constexpr field_type field = field_type::json;
    static constexpr std::string_view sqlite = "TEXT";
    static constexpr std::string_view postgres = "jsonb";
    static void encode(const json_text& v, parameters& p) { p.text(v.text(), field_type::json); }
    static bool decode(const field_view& f, json_text& out) {
        if (f.type != field_type::text && f.type != field_type::json) return false;
        out = json_text::unchecked(std::string(f.text()));
        return true;
    }
};

} // namespace hawser
