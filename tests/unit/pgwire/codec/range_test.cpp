#include "containers.hpp"

using namespace containers;

namespace {

const sample samples[] = {
    {"int4range", "empty", "01"},
    {"int4range", "[1,5)", "0200000004000000010000000400000005"},
    {"int4range", "(,5)", "080000000400000005"},
    {"int4range", "[1,)", "120000000400000001"},
    {"int4range", "(,)", "18"},
    {"text_range", "[a,b]", "0600000001610000000162"},
    {"text_range", "(a,b)", "0000000001610000000162"},
    {"text_range", "[a,b)", "0200000001610000000162"},
    {"text_range", "(a,b]", "0400000001610000000162"},
    {"text_range", R"t(("",))t", "1000000000"},
    {"text_range", "(,)", "18"},
    {"text_range", R"t(["a b","c,d"])t", "060000000361206200000003632c64"},
    {"text_range", R"t(["q""q","r\\r"])t", "060000000371227100000003725c72"},
    {"text_range", R"t(["(","["])t", "060000000128000000015b"},
    {"text_range", "[-,NULL)", "02000000012d000000044e554c4c"},
    {"text_range", "[\"\t\",é)", "02000000010900000002c3a9"},
    {"int8range", "[-9,9007199254740993)", "0200000008fffffffffffffff7000000080020000000000001"},
};

} // namespace

TEST_CASE("ranges are what the server sends, in both forms", "[pgwire][codec][range]") {
    for (const sample& s : samples) check_both_ways(s);
}

TEST_CASE("other texts of a range give the same bytes", "[pgwire][codec][range]") {
    CHECK(hex_of("int4range", " EMPTY ") == "01");
    CHECK(hex_of("int4range", " [1,5)\n") == hex_of("int4range", "[1,5)"));
    CHECK(hex_of("int4range", "[,5)") == hex_of("int4range", "(,5)")); // what is missing is not inclusive
    CHECK(hex_of("int4range", "(1,]") == hex_of("int4range", "(1,)"));
    CHECK(hex_of("int4range", "[\"1\",5)") == hex_of("int4range", "[1,5)"));
    CHECK(hex_of("text_range", R"([a\,b,c"]"d])") == hex_of("text_range", R"(["a,b","c]d"])"));
    CHECK(hex_of("text_range", R"(["",""])") == "060000000000000000");
    CHECK(hex_of("text_range", "[ a , b ]") == "0600000003206120"
                                               "00000003206220"); // blanks belong to the bounds
}

TEST_CASE("bounds are sent as they are written", "[pgwire][codec][range]") {
    CHECK(hex_of("int4range", "[1,5]") == "0600000004000000010000000400000005");
    CHECK(hex_of("int4range", "[2,1]") == "0600000004000000020000000400000001");
}

TEST_CASE("text that is no range is refused", "[pgwire][codec][range]") {
    for (const std::string_view text :
         {"",       "1",       "1,2",    "[",     "(",       "[1",          "[1,",     "[1,2",
          "[,",     "[)",      "[1)",    "1,2)",  "[1,2,3)", "[1,2)x",      "[1,2)]",  "{1,2}",
          "x[1,2)", "[a,b)",   "[1;2)",  "empt",  "emptyx",  "empty empty", "[\"1,2)", "[1,\"2)",
          "[\\",    "[1,2\\)", "[[1,2)", "[1,(2)"}) {
        INFO(text);
        CHECK_FALSE(hex_of("int4range", text));
    }
}

TEST_CASE("flags that the server never sends are refused", "[pgwire][codec][range]") {
    for (unsigned flags = 0; flags < 256; ++flags) {
        // as many bounds as the flags ask for
        std::string bytes(1, static_cast<char>(flags));
        if (!(flags & 0x01) && !(flags & 0x08)) bytes += from_hex("0000000400000001");
        if (!(flags & 0x01) && !(flags & 0x10)) bytes += from_hex("0000000400000005");
        const bool sent = flags == 0x01 || (flags < 0x20 && !(flags & 0x01) && (flags & 0x0a) != 0x0a &&
                                            (flags & 0x14) != 0x14);
        INFO(flags);
        CHECK(text_of(type("int4range"), bytes).has_value() == sent);
    }
}

TEST_CASE("a bound is never NULL, and never longer than its bytes", "[pgwire][codec][range]") {
    CHECK_FALSE(text_of("int4range", "12ffffffff"));
    CHECK_FALSE(text_of("int4range", "02ffffffff0000000400000005"));
    CHECK_FALSE(text_of("text_range", "12ffffffff"));
    CHECK_FALSE(text_of("text_range", "12fffffffe"));
    CHECK_FALSE(text_of("int4range", "12fffffffe"));
    CHECK_FALSE(text_of("int4range", "127fffffff00000001"));
    CHECK_FALSE(text_of("int4range", "1200000003000001"));
    CHECK_FALSE(text_of("int4range", "0100000004"
                                     "00000001"));
}
