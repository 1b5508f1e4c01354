#include "codec/containers.hpp"
#include <pgwire/catalog_types.hpp>
#include <memory>
#include <vector>

using containers::from_hex;
using containers::hex_of;
using containers::text_of;
using namespace hawser::pgwire;

// Bodies of DataRow as a server of version 15 answered the query, for the types that codec/containers.hpp names and for
//     create type one.side as enum ('buy', 'sell');  create type two.side as enum ('left', 'right');
//     create domain one.side_domain as one.side;
//     create type two."Odd, ""name" as ("x y" one.side, s two.side[]);
namespace {

const std::string_view deep_rows[] = {
    "00090000000400004036000000067075626c696300000004646565700000000163000000012c0000000400000000000000040000"
    "4035000000230000000100000000000000130000000300000001000000016e000000017300000001720000002c00000001000000"
    "000000001a00000003000000010000000400004013000000040000401f0000000400004017",
    "00090000000400004013000000067075626c6963000000046e6573740000000163000000012c0000000400000000000000040000"
    "40120000002b00000001000000000000001300000004000000010000000170000000046c697374000000016d0000000164000000"
    "3400000001000000000000001a0000000400000001000000040000400e00000004000003ef000000040000400b00000004000040"
    "08",
    "0009000000040000401f000000067075626c6963000000075f736872756e6b0000000161000000012c0000000400004020000000"
    "04000000000000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004017000000067075626c69630000000a746578745f72616e67650000000172000000012c0000000400000019"
    "00000004000040140000000c0000000000000000000000130000000c00000000000000000000001a",
    "0009000000040000400e000000067075626c696300000004706169720000000163000000012c0000000400000000000000040000"
    "400d0000001e0000000100000000000000130000000200000001000000016100000001620000002400000001000000000000001a"
    "000000020000000100000004000000170000000400000019",
    "000900000004000003ef0000000a70675f636174616c6f67000000055f696e74340000000161000000012c000000040000001700"
    "000004000000000000000c0000000000000000000000130000000c00000000000000000000001a",
    "0009000000040000400b000000067075626c69630000000b6d6f6f645f646f6d61696e0000000164000000012c00000004000040"
    "01000000040000400a0000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004008000000067075626c696300000008706f7369746976650000000164000000012c00000004000000170000"
    "0004000040070000000c0000000000000000000000130000000c00000000000000000000001a",
    "000900000004000000190000000a70675f636174616c6f6700000004746578740000000162000000012c00000004000000000000"
    "0004000003f10000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004020000000067075626c696300000006736872756e6b0000000163000000012c000000040000000000000004"
    "0000401f0000001e0000000100000000000000130000000200000001000000016100000001630000002400000001000000000000"
    "001a000000020000000100000004000000170000000400000017",
    "000900000004000000170000000a70675f636174616c6f6700000004696e74340000000162000000012c00000004000000000000"
    "0004000003ef0000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004001000000067075626c6963000000046d6f6f640000000165000000012c0000000400000000000000040000"
    "40000000000c0000000000000000000000130000000c00000000000000000000001a",
};
const std::string_view side_rows[] = {
    "00090000000400004024000000036f6e6500000004736964650000000165000000012c0000000400000000000000040000402300"
    "00000c0000000000000000000000130000000c00000000000000000000001a",
    "0009000000040000402a0000000374776f00000004736964650000000165000000012c0000000400000000000000040000402900"
    "00000c0000000000000000000000130000000c00000000000000000000001a",
};
const std::string_view side_domain_list_rows[] = {
    "0009000000040000402f000000036f6e650000000c5f736964655f646f6d61696e0000000161000000012c000000040000403000"
    "000004000000000000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004030000000036f6e650000000b736964655f646f6d61696e0000000164000000012c00000004000040240000"
    "00040000402f0000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004024000000036f6e6500000004736964650000000165000000012c0000000400000000000000040000402300"
    "00000c0000000000000000000000130000000c00000000000000000000001a",
};
const std::string_view odd_rows[] = {
    "000900000004000040330000000374776f0000000a4f64642c20226e616d650000000163000000012c0000000400000000000000"
    "04000040320000002000000001000000000000001300000002000000010000000378207900000001730000002400000001000000"
    "000000001a000000020000000100000004000040240000000400004029",
    "00090000000400004024000000036f6e6500000004736964650000000165000000012c0000000400000000000000040000402300"
    "00000c0000000000000000000000130000000c00000000000000000000001a",
    "000900000004000040290000000374776f000000055f736964650000000161000000012c000000040000402a0000000400000000"
    "0000000c0000000000000000000000130000000c00000000000000000000001a",
    "0009000000040000402a0000000374776f00000004736964650000000165000000012c0000000400000000000000040000402900"
    "00000c0000000000000000000000130000000c00000000000000000000001a",
};
const std::string_view multirange_rows[] = {
    "00090000000400004015000000067075626c69630000000f746578745f6d756c746972616e6765000000016d000000012c000000"
    "040000401700000004000040160000000c0000000000000000000000130000000c00000000000000000000001a",
    "00090000000400004017000000067075626c69630000000a746578745f72616e67650000000172000000012c0000000400000019"
    "00000004000040140000000c0000000000000000000000130000000c00000000000000000000001a",
    "000900000004000000190000000a70675f636174616c6f6700000004746578740000000162000000012c00000004000000000000"
    "0004000003f10000000c0000000000000000000000130000000c00000000000000000000001a",
};
const std::string_view shrunk_rows[] = {
    "00090000000400004020000000067075626c696300000006736872756e6b0000000163000000012c000000040000000000000004"
    "0000401f0000001e0000000100000000000000130000000200000001000000016100000001630000002400000001000000000000"
    "001a000000020000000100000004000000170000000400000017",
    "000900000004000000170000000a70675f636174616c6f6700000004696e74340000000162000000012c00000004000000000000"
    "0004000003ef0000000c0000000000000000000000130000000c00000000000000000000001a",
};

std::shared_ptr<const catalog_types> with(const catalog_types& before,
                                          std::span<const std::string_view> hex) {
    std::vector<std::string> bytes;
    for (const std::string_view row : hex) bytes.push_back(from_hex(row));
    const std::vector<std::string_view> rows(bytes.begin(), bytes.end());
    return before.with(rows); // and the bytes are gone
}

std::shared_ptr<const catalog_types> types_of(std::span<const std::string_view> hex) {
    const std::shared_ptr<const catalog_types> made = with({}, hex);
    REQUIRE(made);
    return made;
}

const type_info& type(const catalog_types& all, std::string_view schema, std::string_view name) {
    const type_info* const found = all.find(schema, name);
    REQUIRE(found);
    CHECK(all.find(found->id) == found);
    return *found;
}

} // namespace

TEST_CASE("without rows the built-in types are known", "[pgwire][catalog_types]") {
    const catalog_types none;
    CHECK(none.find(oid{23}) == built_in("int4"));
    CHECK(none.find("pg_catalog", "int4") == built_in("int4"));
    CHECK_FALSE(none.find("public", "int4"));
    CHECK_FALSE(none.find(oid{16385}));
    CHECK(none.size() == 0);
}

TEST_CASE("an enum and an array are read from the catalog", "[pgwire][catalog_types]") {
    const auto all = types_of(deep_rows);
    const type_info& mood = type(*all, "public", "mood");
    CHECK(mood.id == 16385);
    CHECK(mood.kind == type_kind::enumerated);
    CHECK(mood.delimiter == ',');
    CHECK(mood.array == 16384);
    const type_info& list = type(*all, "public", "_shrunk");
    CHECK(list.kind == type_kind::array);
    CHECK(list.part == type(*all, "public", "shrunk").id);
    CHECK(list.array == 0);
}

TEST_CASE("built-in types among the rows stay as they are", "[pgwire][catalog_types]") {
    const auto all = types_of(deep_rows);
    CHECK(all->find(oid{23}) == built_in("int4"));
    CHECK(all->size() == std::size(deep_rows) - 3); // int4, text, _int4
}

TEST_CASE("a composite's dropped attributes are left out", "[pgwire][catalog_types]") {
    const auto all = types_of(shrunk_rows);
    const type_info& shrunk = type(*all, "public", "shrunk");
    CHECK(shrunk.kind == type_kind::composite);
    REQUIRE(shrunk.attributes.size() == 2);
    CHECK(shrunk.attributes[0].name == "a");
    CHECK(shrunk.attributes[0].type == 23);
    CHECK(shrunk.attributes[1].name == "c");
    CHECK(shrunk.attributes[1].type == 23);
    CHECK(hex_of(shrunk, "(1,3)", *all) == "00000002000000170000000400000001000000170000000400000003");
}

TEST_CASE("types of two schemas may have one name", "[pgwire][catalog_types]") {
    const auto all = types_of(side_rows);
    CHECK(type(*all, "one", "side").id == 16420);
    CHECK(type(*all, "two", "side").id == 16426);
    CHECK_FALSE(all->find("public", "side"));
}

TEST_CASE("an array of a domain over an enum is known down to the enum", "[pgwire][catalog_types]") {
    const auto all = types_of(side_domain_list_rows);
    const type_info& list = type(*all, "one", "_side_domain");
    CHECK(list.kind == type_kind::array);
    const type_info& domain = type(*all, "one", "side_domain");
    CHECK(list.part == domain.id);
    CHECK(domain.kind == type_kind::domain);
    CHECK(domain.array == list.id);
    CHECK(domain.part == type(*all, "one", "side").id);
    // select '{buy,NULL}'::one.side_domain[]
    const std::string_view bytes = "000000010000000100004030000000020000000100000003627579ffffffff";
    CHECK(text_of(list, from_hex(bytes), *all) == "{buy,NULL}");
    CHECK(hex_of(list, "{buy,NULL}", *all) == bytes);
}

TEST_CASE("names may have any characters", "[pgwire][catalog_types]") {
    const auto all = types_of(odd_rows);
    const type_info& odd = type(*all, "two", "Odd, \"name");
    REQUIRE(odd.attributes.size() == 2);
    CHECK(odd.attributes[0].name == "x y");
    CHECK(odd.attributes[0].type == type(*all, "one", "side").id);
    CHECK(odd.attributes[1].name == "s");
    CHECK(odd.attributes[1].type == type(*all, "two", "_side").id);
    CHECK(hex_of(odd, "(buy,\"{left,right}\")", *all));
}

TEST_CASE("a range and its multirange are known down to the subtype", "[pgwire][catalog_types]") {
    const auto all = types_of(multirange_rows);
    const type_info& several = type(*all, "public", "text_multirange");
    CHECK(several.kind == type_kind::multirange);
    const type_info& range = type(*all, "public", "text_range");
    CHECK(several.part == range.id);
    CHECK(range.kind == type_kind::range);
    CHECK(range.part == 25);
    CHECK(text_of(several,
                  from_hex("000000010000000b06000000016100000001"
                           "62"),
                  *all) == "{[a,b]}");
}

TEST_CASE("types within types are known as deep as they go", "[pgwire][catalog_types]") {
    const auto all = types_of(deep_rows);
    const type_info& deep = type(*all, "public", "deep");
    const std::string_view text = R"t(("(""(1,x)"",,sad,9)","{""(1,3)""}","[""a b"",)"))t";
    const std::optional<std::string> bytes = hex_of(deep, text, *all);
    REQUIRE(bytes);
    CHECK(text_of(deep, from_hex(*bytes), *all) == text);
}

TEST_CASE("what is learned later leaves earlier snapshots as they are", "[pgwire][catalog_types]") {
    const auto first = types_of(side_rows);
    const type_info* const side = first->find(oid{16420});
    const auto second = with(*first, deep_rows);
    REQUIRE(second);
    CHECK_FALSE(first->find(oid{16438}));
    CHECK(second->find(oid{16438}));
    CHECK(second->find(oid{16420}) == side); // shared
    CHECK(second->size() == first->size() + std::size(deep_rows) - 3);
}

TEST_CASE("a type that is asked for again is as it is now", "[pgwire][catalog_types]") {
    const auto before = types_of(shrunk_rows);
    // alter type shrunk rename to slim; alter type slim drop attribute c
    const std::string_view now[] = {
        "00090000000400004020000000067075626c696300000004736c696d0000000163000000012c000000040000"
        "0000000000040000401f000000190000000100000000000000130000000100000001000000016100000"
        "01c00000001000000000000001a00000001000000010000000400000017"};
    const auto after = with(*before, now);
    REQUIRE(after);
    CHECK(after->size() == 1);
    CHECK(type(*after, "public", "slim").attributes.size() == 1);
    CHECK_FALSE(after->find("public", "shrunk"));
    CHECK(type(*before, "public", "shrunk").attributes.size() == 2);
}

TEST_CASE("a type that was dropped and made again has its new number alone", "[pgwire][catalog_types]") {
    const auto before = types_of(side_rows);
    std::string again(side_rows[0]);
    again.replace(again.find("00004024"), 8, "00005024"); // the number
    const std::string_view now[] = {again};
    const auto after = with(*before, now);
    REQUIRE(after);
    CHECK(type(*after, "one", "side").id == 0x5024);
    CHECK_FALSE(after->find(oid{16420}));
    CHECK(after->find(oid{16426})); // the other schema's
}

TEST_CASE("rows that are not the query's are refused", "[pgwire][catalog_types]") {
    const std::string row = from_hex(deep_rows[0]);
    const auto accepted = [](std::string_view bytes) {
        const std::string_view rows[] = {bytes};
        return catalog_types().with(rows) != nullptr;
    };
    REQUIRE(accepted(row));
    for (std::size_t n = 0; n < row.size(); ++n) {
        INFO("first " << n << " bytes");
        CHECK_FALSE(accepted(std::string_view(row).substr(0, n)));
    }
    CHECK_FALSE(accepted(row + '\0'));
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string hex(deep_rows[0]);
        REQUIRE(hex.find(from) != std::string::npos);
        return from_hex(hex.replace(hex.find(from), from.size(), to));
    };
    CHECK_FALSE(accepted(changed("0009", "0008")));
    CHECK_FALSE(accepted(changed("0000000163", "000000017a")));             // kind z
    CHECK_FALSE(accepted(changed("0000000163", "ffffffff")));               // NULL
    CHECK_FALSE(accepted(changed("0000000400004036", "00000003004036")));   // a number of three bytes
    CHECK_FALSE(accepted(changed("0000001300000003", "0000001300000002"))); // more attributes than names
    CHECK_FALSE(accepted(
        changed("000000230000000100000000000000130000000300000001000000016e",
                "000000220000000100000000000000130000000300000001ffffffff"))); // an attribute without name
    CHECK_FALSE(accepted(changed("0000001300000003", "000000137fffffff")));
}
