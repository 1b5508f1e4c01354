#include "containers.hpp"

using namespace containers;

namespace {

const sample samples[] = {
    {"int4multirange", "{}", "00000000"},
    {"int4multirange", "{[1,2),[5,9)}",
     "00000002000000110200000004000000010000000400000002000000110200000004000000050000000400000009"},
    {"int4multirange", "{(,1),[3,)}", "000000020000000908000000040000000100000009120000000400000003"},
    {"int4multirange", "{(,)}", "000000010000000118"},
    {"text_multirange", "{[a,b],[c,d)}",
     "000000020000000b06000000016100000001620000000b0200000001630000000164"},
    {"text_multirange", R"t({["a]b","c""},("],["e\\]",)})t",
     "00000002000000110600000003615d620000000563227d2c28000000081200000003655c5d"},
};

} // namespace

TEST_CASE("multiranges are what the server sends, in both forms", "[pgwire][codec][multirange]") {
    for (const sample& s : samples) check_both_ways(s);
}

TEST_CASE("other texts of a multirange are read", "[pgwire][codec][multirange]") {
    CHECK(hex_of("int4multirange", " { } ") == "00000000");
    CHECK(hex_of("int4multirange", " { [1,2) ,\n[5,9) } ") == hex_of("int4multirange", "{[1,2),[5,9)}"));
    // left for the server to sort, to join and to drop
    CHECK(hex_of("int4multirange", "{[5,9],empty,(1,7)}") == "00000003"
                                                             "00000011"
                                                             "0600000004000000050000000400000009"
                                                             "00000001"
                                                             "01"
                                                             "00000011"
                                                             "0000000004000000010000000400000007");
    CHECK(hex_of("text_multirange", R"({[a\],b"}"]})") == hex_of("text_multirange", R"({["a]","b}"]})"));
}

TEST_CASE("text that is no multirange is refused", "[pgwire][codec][multirange]") {
    for (const std::string_view text : {"",
                                        "{",
                                        "}",
                                        "[1,2)",
                                        "{[1,2)",
                                        "[1,2)}",
                                        "{[1,2),}",
                                        "{,[1,2)}",
                                        "{,}",
                                        "{[1,2)[3,4)}",
                                        "{[1,2),,[3,4)}",
                                        "{1}",
                                        "{{[1,2)}}",
                                        "{[1,2)}x",
                                        "{[1,2}",
                                        "{[1,\"2)}",
                                        "{[1,\\}",
                                        "{empt}",
                                        "{emptyempty}",
                                        "empty",
                                        "{NULL}"}) {
        INFO(text);
        CHECK_FALSE(hex_of("int4multirange", text));
    }
}

TEST_CASE("a count of ranges that are not there is refused", "[pgwire][codec][multirange]") {
    CHECK_FALSE(text_of("int4multirange", "00000001"));
    CHECK_FALSE(text_of("int4multirange", "7fffffff"
                                          "0000000101"));
    CHECK_FALSE(text_of("int4multirange", "80000000"
                                          "0000000101"));
    CHECK_FALSE(text_of("int4multirange", "ffffffff"
                                          "0000000101"));
    CHECK_FALSE(text_of("int4multirange", "00000002"
                                          "0000000101"));
    CHECK_FALSE(text_of("int4multirange", "00000001"
                                          "ffffffff00"));
    CHECK_FALSE(text_of("int4multirange", "00000001"
                                          "fffffffe00"));
    CHECK(text_of("int4multirange", "00000001"
                                    "0000000101") == "{empty}");
}
