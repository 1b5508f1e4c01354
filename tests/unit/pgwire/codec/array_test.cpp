#include "containers.hpp"
#include <initializer_list>
#include <utility>

using namespace containers;

namespace {

const sample samples[] = {
    {"_int4", "{}", "000000000000000000000017"},
    {"_int4", "{1,2,3}",
     "0000000100000000000000170000000300000001000000040000000100000004000000020000000400000003"},
    {"_int4", "{1,NULL,-3}",
     "00000001000000010000001700000003000000010000000400000001ffffffff00000004fffffffd"},
    {"_int4", "{{1,2},{3,4}}",
     "0000000200000000000000170000000200000001000000020000000100000004000000010000000400000002000000040000000"
     "30000000400000004"},
    {"_int4", "{{{1},{2}},{{3},{4}}}",
     "0000000300000000000000170000000200000001000000020000000100000001000000010000000400000001000000040000000"
     "200000004000000030000000400000004"},
    {"_int4", "{{{{{{7}}}}}}",
     "0000000600000000000000170000000100000001000000010000000100000001000000010000000100000001000000010000000"
     "100000001000000010000000400000007"},
    {"_int4", "[0:2]={1,2,3}",
     "0000000100000000000000170000000300000000000000040000000100000004000000020000000400000003"},
    {"_int4", "[-1:0][5:6]={{1,2},{3,NULL}}",
     "00000002000000010000001700000002ffffffff000000020000000500000004000000010000000400000002000000040000000"
     "3ffffffff"},
    {"_int4", "[2147483646:2147483646]={9}", "000000010000000000000017000000017ffffffe0000000400000009"},
    {"_int4", "[-2147483648:-2147483648]={9}", "00000001000000000000001700000001800000000000000400000009"},
    {"_text", "{a,b}", "000000010000000000000019000000020000000100000001610000000162"},
    {"_text", R"t({"","NULL",NULL,"nULL",nil})t",
     "000000010000000100000019000000050000000100000000000000044e554c4cffffffff000000046e554c4c000000036e696"
     "c"},
    {"_text", R"t({"a b","a,b","{x}","q\"q","b\\b"," x "})t",
     "00000001000000000000001900000006000000010000000361206200000003612c62000000037b787d000000037122710000000"
     "3625c6200000003207820"},
    {"_text", "{\"tab\there\",\"line\nend\",\"\v\f\r\"}",
     "0000000100000000000000190000000300000001000000087461620968657265000000086c696e650a656e64000000030b0c0"
     "d"},
    {"_text", R"t({é,"日本 語"})t",
     "000000010000000000000019000000020000000100000002c3a90000000ae697a5e69cac20e8aa9e"},
    {"_text", "{a(b),[c],=,+,;}",
     "00000001000000000000001900000005000000010000000461286229000000035b635d000000013d000000012b000000013b"},
    {"_positive", "{1,NULL}", "00000001000000010000400800000002000000010000000400000001ffffffff"},
    {"_mood", R"t({sad,NULL,"so \"so\""})t",
     "000000010000000100004001000000030000000100000003736164ffffffff00000007736f2022736f22"},
    {"_int_list", R"t({"{1,2}",NULL,"[0:0]={3}","{}"})t",
     "0000000100000001000040100000000400000001000000240000000100000000000000170000000200000001000000040000000"
     "10000000400000002ffffffff0000001c000000010000000000000017000000010000000000000004000000030000000c000000"
     "000000000000000017"},
    {"_pair", R"t({"(1,a)","(,\"x y\")",NULL,"(2,)","(,)"})t",
     "00000001000000010000400e0000000500000001000000190000000200000017000000040000000100000019000000016100000"
     "0170000000200000017ffffffff0000001900000003782079ffffffff0000001800000002000000170000000400000002000000"
     "19ffffffff000000140000000200000017ffffffff00000019ffffffff"},
    {"_int4range", R"t({"[1,5)",empty,NULL,"(,)"})t",
     "000000010000000100000f4000000004000000010000001102000000040000000100000004000000050000000101ffffffff000"
     "0000118"},
    {"_int4multirange", R"t({"{[1,2),[4,5)}","{}"})t",
     "00000001000000000000116300000002000000010000002e0000000200000011020000000400000001000000040000000200000"
     "01102000000040000000400000004000000050000000400000000"},
};

// Number of dimensions, flags, element type 23, then what is given.
std::string ints(std::string_view dimensions, std::string_view rest) {
    return from_hex(std::string(dimensions) + "00000000" + "00000017" + std::string(rest));
}

} // namespace

TEST_CASE("arrays are what the server sends, in both forms", "[pgwire][codec][array]") {
    for (const sample& s : samples) check_both_ways(s);
}

TEST_CASE("other texts of an array give the same bytes", "[pgwire][codec][array]") {
    const auto same = [](std::string_view type, std::string_view text, std::string_view plain) {
        INFO(text);
        const std::optional<std::string> wanted = hex_of(type, plain);
        REQUIRE(wanted);
        CHECK(hex_of(type, text) == wanted);
    };
    same("_int4", " { 1 ,\n\t2 , NULL } ", "{1,2,NULL}");
    same("_int4", "{null,Null}", "{NULL,NULL}");
    same("_int4", "{\"1\", \"2\" }", "{1,2}");
    same("_int4", "[1:2]={1,2}", "{1,2}");
    same("_int4", "[2]={1,2}", "{1,2}");
    same("_int4", " [+1:2] = {1,2}", "{1,2}");
    same("_int4", " { } ", "{}");
    same("_text", "{a b, c d }", R"({"a b","c d"})");
    same("_text", R"({a\ ,\"b\",\{c\},\,})", R"({"a ","\"b\"","{c}",","})");
    same("_text", R"({\NULL,"n\ull"})", R"({"NULL","null"})");
    same("_text", R"({"\a\b"})", "{ab}");
}

TEST_CASE("text that is no array is refused", "[pgwire][codec][array]") {
    for (const std::string_view text : {"",
                                        " ",
                                        "1,2",
                                        "{",
                                        "}",
                                        "{1",
                                        "{1,",
                                        "{1,2",
                                        "1}",
                                        "{1,}",
                                        "{,1}",
                                        "{,}",
                                        "{1,,2}",
                                        "{1}}",
                                        "{{1}",
                                        "{1}2",
                                        "{1} {2}",
                                        "{{1},2}",
                                        "{1,{2}}",
                                        "{{1},{2,3}}",
                                        "{{1,2},{3}}",
                                        "{{},{1}}",
                                        "{{}}",
                                        "{{},{}}",
                                        "{{1},{}}",
                                        "{{},1}",
                                        "{a}",
                                        "{1 2}",
                                        "{\"1}",
                                        "{\"1\"2}",
                                        "{1\"2\"}",
                                        "{\"1\" \"2\"}",
                                        "{\\",
                                        "{1\\",
                                        "{{{{{{{1}}}}}}}",
                                        "{;}",
                                        "{1;2}",
                                        "{NULL NULL}",
                                        "[1:2]={1}",
                                        "[1:2]={1,2,3}",
                                        "[1:2]{1,2}",
                                        "[1:2]=",
                                        "[1:2]",
                                        "[]={1}",
                                        "[:]={1}",
                                        "[1:]={1}",
                                        "[:1]={1}",
                                        "[2:1]={}",
                                        "[1:0]={}",
                                        "[1:2][1:1]={1,2}",
                                        "[1:2]={{1},{2}}",
                                        "[a:b]={1}",
                                        "[1:2={1,2}",
                                        "[1:1]={}",
                                        "[2147483647:2147483647]={1}",
                                        "[-2147483648:2147483647]={1}",
                                        "[9999999999:9999999999]={1}",
                                        "[--1:1]={1}",
                                        "[+-1:1]={1}",
                                        "[ 1:1]={1}",
                                        "[1:1][1:1][1:1][1:1][1:1][1:1][1:1]={{{{{{{1}}}}}}}"}) {
        INFO(text);
        CHECK_FALSE(hex_of("_int4", text));
    }
}

TEST_CASE("an element's delimiter parts an array of it", "[pgwire][codec][array]") {
    class boxes final : public types {
    public:
        const type_info* find(oid id) const noexcept override {
            return id == label.id ? &label : built_in(id);
        }
        type_info label{90000, "label", type_kind::enumerated, ';', 0, 90001};
        type_info list{90001, "_label", type_kind::array, ';', 90000, 0};
    };
    const boxes all;
    const std::string_view bytes = "0000000100000000"
                                   "00015f90"
                                   "0000000200000001"
                                   "00000003612c62"
                                   "00000003613b62";
    CHECK(text_of(all.list, from_hex(bytes), all) == "{a,b;\"a;b\"}");
    CHECK(hex_of(all.list, "{a,b;\"a;b\"}", all) == bytes);
}

// select c::text[] from t, where c is varchar[]
TEST_CASE("elements are read by the type that the value names", "[pgwire][codec][array]") {
    CHECK(text_of("_text", "000000010000000000000413000000010000000100000001"
                           "61") == "{a}");
    CHECK(text_of("_text", "000000010000000000000017000000010000000100000004"
                           "00000007") == "{7}");
    CHECK_FALSE(text_of("_text", "000000010000000000ffffff000000010000000100000001"
                                 "61"));
    CHECK_FALSE(text_of("_text", "000000000000000000ffffff"));
}

TEST_CASE("an array without elements may have dimensions", "[pgwire][codec][array]") {
    CHECK(text_of(type("_int4"), ints("00000001", "0000000000000001")) == "{}");
    CHECK(text_of(type("_int4"), ints("00000002", "00000000000000017fffffff00000000")) == "{}");
    CHECK_FALSE(text_of(type("_int4"), ints("00000001", "000000000000000100000000")));
}

TEST_CASE("a header that lies is refused before any element is read", "[pgwire][codec][array]") {
    for (const auto& [dimensions, rest] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"00000001", "7fffffff00000001"},         // elements that are not there
             {"00000001", "7fffffff0000000100000004"}, // same, with one that begins
             {"00000001", "80000000"
                          "00000001"}, // sizes below zero
             {"00000001", "ffffffff"
                          "00000001"},
             {"00000002", "ffffffff"
                          "00000001"
                          "ffffffff"
                          "00000001"
                          "00000000"}, // whose product is 1
             {"00000002", "00010000"
                          "00000001"
                          "00010000"
                          "00000001"}, // product 2^32
             {"00000004", "00010000"
                          "00000001"
                          "00010000"
                          "00000001"
                          "00010000"
                          "00000001"
                          "00010000"
                          "00000001"}, // 2^64
             {"00000003", "7fffffff"
                          "00000001"
                          "7fffffff"
                          "00000001"
                          "7fffffff"
                          "00000001"},
             {"00000001", "00000001"
                          "7fffffff"
                          "00000004"
                          "00000007"}, // last subscript 2^31 - 1
             {"00000007", "0000000100000001000000010000000100000001000000010000000100000001000000010000000100"
                          "0000010000000100000001000000010000000400000007"},
             {"ffffffff", ""},
             {"80000000", ""},
             {"00000000", "00000000"}}) {
        INFO(dimensions << " " << rest);
        CHECK_FALSE(text_of(type("_int4"), ints(dimensions, rest)));
    }
    // flags other than 0 and 1
    CHECK_FALSE(text_of("_int4", "000000000000000200000017"));
    CHECK_FALSE(text_of("_int4", "00000000ffffffff00000017"));
}

TEST_CASE("an element's length below -1 or beyond the end is refused", "[pgwire][codec][array]") {
    const std::string_view header = "0000000100000001";
    CHECK_FALSE(text_of(type("_int4"), ints("00000001", std::string(header) + "fffffffe")));
    CHECK_FALSE(text_of(type("_int4"), ints("00000001", std::string(header) + "80000000")));
    CHECK_FALSE(text_of(type("_int4"), ints("00000001", std::string(header) + "7fffffff00000001")));
    CHECK_FALSE(text_of(type("_int4"), ints("00000001", std::string(header) + "0000000300000001")));
    CHECK(text_of(type("_int4"), ints("00000001", std::string(header) + "ffffffff")) == "{NULL}");
}

TEST_CASE("text much longer than its bytes is refused", "[pgwire][codec][array]") {
    // a numeric of 10 bytes, whose text has 131,072 digits
    const std::string huge = from_hex("0000000a"
                                      "0001"
                                      "7fff"
                                      "0000"
                                      "0000"
                                      "0001");
    std::string bytes = from_hex("0000000100000000"
                                 "000006a4"
                                 "00001000"
                                 "00000001");
    for (int i = 0; i < 4096; ++i) bytes += huge;
    CHECK_FALSE(text_of(type("_numeric"), bytes));
}
