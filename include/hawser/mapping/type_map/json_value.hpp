#pragma once
// json<T>. Apart from the other families, since it costs the compilation of <boost/json.hpp>.
#include <hawser/core/json.hpp>
#include <hawser/mapping/type_map/mapped.hpp>

namespace hawser {

template <class T>
struct type_map<json<T>> {
    static_assert(boost::json::has_value_from<T>::value && boost::json::has_value_to<T>::value,
                  "hawser::json<T>: T is a described struct, or another type that Boost.JSON converts");
    static constexpr field_type field = field_type::json;
    static constexpr std::string_view sqlite = "TEXT";
    static constexpr std::string_view postgres = "jsonb";
    static constexpr std::string_view expects = "a JSON document of the member's type";
    static void encode(const json<T>& v, parameters& p) {
        p.made_text(detail::json_text_of(boost::json::value_from(*v)), field_type::json);
    }
    static bool decode(const field_view& f, json<T>& out) {
        if (f.type != field_type::text && f.type != field_type::json) return false;
        const auto parsed = detail::try_parse_json(f.text());
        if (!parsed) return false;
        auto value = boost::json::try_value_to<T>(*parsed);
        if (!value) return false;
        out = json<T>(std::move(*value));
        return true;
    }
};

} // namespace hawser
