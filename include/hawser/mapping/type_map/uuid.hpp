#pragma once
// uuid.
#include <algorithm>
#include <hawser/core/uuid.hpp>
#include <hawser/mapping/type_map/mapped.hpp>

namespace hawser {

template <>
struct type_map<uuid> {
    static constexpr field_type field = field_type::uuid;
    static constexpr std::string_view sqlite = "BLOB"; // 16 bytes, which order as uuids do
    static constexpr std::string_view postgres = "uuid";
    static constexpr std::string_view expects = "a uuid of 16 bytes";
    static void encode(const uuid& v, parameters& p) {
        p.text({reinterpret_cast<const char*>(v.bytes().data()), v.bytes().size()}, field_type::uuid);
    }
    static bool decode(const field_view& f, uuid& out) {
        if (f.type == field_type::text) {
            const auto parsed = uuid::try_parse(f.text());
            if (parsed) out = *parsed;
            return parsed.has_value();
        }
        uuid::bytes_type bytes{};
        if ((f.type != field_type::uuid && f.type != field_type::bytes) || f.size != bytes.size())
            return false;
        std::copy_n(f.bytes().data(), bytes.size(), bytes.data());
        out = uuid(bytes);
        return true;
    }
    static constexpr void literal(detail::text_sink& s, const uuid& v, dialect d) {
        s << (d == dialect::sqlite ? "x'" : "uuid '");
        for (const std::byte b : v.bytes()) s.hex(b);
        s << '\'';
    }
    static constexpr void check(detail::text_sink& s, std::string_view column, dialect d) {
        if (d == dialect::sqlite) (s << "length(").name(column) << ") = 16";
    }
};

} // namespace hawser
