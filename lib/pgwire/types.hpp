#pragma once
// What a server's type is made of: https://www.postgresql.org/docs/15/catalog-pg-type.html
#include <cstdint>
#include <span>
#include <string_view>

namespace hawser::pgwire {

using oid = std::uint32_t;

enum class type_kind : std::uint8_t {
    base,
    array,      // of `part`
    enumerated, // its labels are its text
    domain,     // over `part`
    composite,  // of `attributes`
    range,      // of `part`
    multirange, // of the range `part`
    pseudo
};

// A type as its database describes it. Built-in ones are constants, those of an application are read from its catalog.
struct type_info {
    oid id = 0;
    std::string_view name{};
    type_kind kind = type_kind::base;
    char delimiter = ','; // between the elements of an array of it
    oid part = 0;         // element, base, subtype: see type_kind
    oid array = 0;        // the array of it; 0: none
    struct attribute {
        std::string_view name;
        oid type;
    };
    std::span<const attribute> attributes{}; // without dropped ones
};

// The built-in type; null: none of PostgreSQL 15 has this number.
[[nodiscard]] const type_info* built_in(oid id) noexcept;
// Same, by name: "int4", "_text", "timestamptz".
[[nodiscard]] const type_info* built_in(std::string_view name) noexcept;

// All types that are known: the built-in ones, and what a database has besides.
class types {
public:
    virtual ~types() = default;
    // Null: not known. What it points to lives as long as this.
    [[nodiscard]] virtual const type_info* find(oid id) const noexcept { return built_in(id); }
};

} // namespace hawser::pgwire
