#include "support/catch.hpp"
#include <pgwire/types.hpp>

using namespace hawser::pgwire;

namespace {

const type_info& type(std::string_view name) {
    const type_info* const found = built_in(name);
    REQUIRE(found);
    return *found;
}

} // namespace

TEST_CASE("a built-in type is found by its number and by its name", "[pgwire][types]") {
    REQUIRE(built_in(oid{23}));
    CHECK(built_in(oid{23})->name == "int4");
    CHECK(built_in("int4") == built_in(oid{23}));
    CHECK(type("bool").id == 16);                          // the first of the table
    CHECK(built_in(oid{6157})->name == "_int8multirange"); // its last
    CHECK(type("_xml").id == 143);                         // ends of the names
    CHECK(type("any").id == 2276);
    CHECK(type("xml").id == 142);
    CHECK(type("timestamptz").id == 1184);
    CHECK(type("char").id == 18);
    CHECK(type("bpchar").id == 1042);
}

TEST_CASE("every type of the table is found under both keys", "[pgwire][types]") {
    std::size_t n = 0;
    for (oid id = 0; id < 16384; ++id)
        if (const type_info* const found = built_in(id)) {
            ++n;
            CHECK(found->id == id);
            CHECK(built_in(found->name) == found);
        }
    CHECK(n == 185);
}

TEST_CASE("what is no built-in type is not found", "[pgwire][types]") {
    CHECK_FALSE(built_in(oid{0}));
    CHECK_FALSE(built_in(oid{15}));
    CHECK_FALSE(built_in(oid{6158}));
    CHECK_FALSE(built_in(~oid{0}));
    CHECK_FALSE(built_in(oid{1247})); // the number of a table
    CHECK_FALSE(built_in("pg_type")); // a row's type: its attributes are in the catalog
    CHECK_FALSE(built_in("_pg_type"));
    CHECK_FALSE(built_in(""));
    CHECK_FALSE(built_in("INT4"));
    CHECK_FALSE(built_in("int"));
    CHECK_FALSE(built_in("zzz"));
}

TEST_CASE("an array names its elements, and these name it", "[pgwire][types]") {
    const type_info& list = type("_int4");
    CHECK(list.kind == type_kind::array);
    CHECK(list.part == 23);
    CHECK(list.array == 0);
    CHECK(type("int4").array == list.id);
    CHECK(type("_record").kind == type_kind::array); // a pseudo-type to the server
    CHECK(type("_record").part == type("record").id);
    for (oid id = 0; id < 16384; ++id)
        if (const type_info* const found = built_in(id); found && found->array) {
            INFO(found->name);
            const type_info* const array = built_in(found->array);
            REQUIRE(array);
            CHECK(array->kind == type_kind::array);
            CHECK(array->part == id);
            CHECK(array->delimiter == found->delimiter);
        }
}

TEST_CASE("boxes alone are parted by semicolons", "[pgwire][types]") {
    CHECK(type("box").delimiter == ';');
    CHECK(type("_box").delimiter == ';');
    for (oid id = 0; id < 16384; ++id)
        if (const type_info* const found = built_in(id); found && found->delimiter != ',')
            CHECK((found->name == "box" || found->name == "_box"));
}

TEST_CASE("a range names its subtype and a multirange its range", "[pgwire][types]") {
    CHECK(type("int4range").kind == type_kind::range);
    CHECK(type("int4range").part == type("int4").id);
    CHECK(type("tstzrange").part == type("timestamptz").id);
    CHECK(type("nummultirange").kind == type_kind::multirange);
    CHECK(type("nummultirange").part == type("numrange").id);
    CHECK(type("int4range").array == type("_int4range").id);
    CHECK(type("int4multirange").array == type("_int4multirange").id);
}

TEST_CASE("types that only look like arrays are base types", "[pgwire][types]") {
    CHECK(type("oidvector").kind == type_kind::base); // text of its own
    CHECK(type("int2vector").kind == type_kind::base);
    CHECK(type("point").kind == type_kind::base); // has elements for subscripts alone
    CHECK(type("name").kind == type_kind::base);
    CHECK(type("anyarray").kind == type_kind::pseudo);
    CHECK(type("record").kind == type_kind::pseudo);
}
