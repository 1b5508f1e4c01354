#pragma once
// Text.
#include <hawser/mapping/type_map/mapped.hpp>
#include <string>

namespace hawser {

template <>
struct type_map<std::string> {
    static constexpr field_type field = field_type::text;
    static constexpr std::string_view sqlite = "TEXT";
    static constexpr std::string_view postgres = "text";
    static void encode(const std::string& v, parameters& p) { p.text(v); }
    static bool decode(const field_view& f, std::string& out) {
        if (f.type != field_type::text && f.type != field_type::json) return false;
        if (f.size > out.capacity())
            out = std::string(f.data, f.size); // without a look at what is to be replaced
        else
            out.assign(f.data, f.size);
        return true;
    }
};

} // namespace hawser
