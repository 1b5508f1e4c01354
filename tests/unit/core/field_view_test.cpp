#include "support/catch.hpp"
#include <hawser/core/field_view.hpp>
#include <set>
#include <string>
#include <type_traits>

using hawser::field_type;
using hawser::field_view;

TEST_CASE("a field is NULL unless it is given something", "[core][field_view]") {
    const field_view f{};
    CHECK(f.is_null());
    CHECK(f.text().empty());
    CHECK(field_view::null().is_null());
    CHECK_FALSE(field_view::of(field_type::text, "", 0).is_null());
    CHECK_FALSE(field_view::of(field_type::int64, 0).is_null());
}

TEST_CASE("a field is 16 bytes that may be copied as bytes", "[core][field_view]") {
    STATIC_REQUIRE(sizeof(field_view) == 16);
    STATIC_REQUIRE(std::is_trivially_copyable_v<field_view>);
}

TEST_CASE("text is as long as it says, zero bytes and all", "[core][field_view]") {
    CHECK(field_view::of(field_type::text, "a\0b", 3).text() == std::string_view("a\0b", 3));
}

TEST_CASE("every type has a name of its own", "[core][field_view]") {
    std::set<std::string_view> names;
    for (int t = 0; t <= static_cast<int>(field_type::key_of); ++t) {
        const auto name = to_string(static_cast<field_type>(t));
        CHECK(name != "unknown");
        names.insert(name);
    }
    CHECK(names.size() == 15);
    CHECK(to_string(static_cast<field_type>(200)) == "unknown");
}
