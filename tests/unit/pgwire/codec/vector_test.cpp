#include "containers.hpp"

using namespace containers;

TEST_CASE("vectors of the system tables are what the server sends", "[pgwire][codec][vector]") {
    check_both_ways({"oidvector", "", "00000001000000000000001a0000000000000000"});
    check_both_ways(
        {"oidvector", "1 2 4294967295",
         "00000001000000000000001a00000003000000000000000400000001000000040000000200000004ffffffff"});
    check_both_ways(
        {"int2vector", "-1 5", "000000010000000000000015000000020000000000000002ffff000000020005"});
    check_both_ways(
        {"_oidvector", R"({"1 2",""})",
         "00000001000000000000001e00000002000000010000002400000001000000000000001a00000002000000000000000400"
         "00000100000004000000020000001400000001000000000000001a0000000000000000"});
    CHECK(hex_of("int2vector", " -1  5 ") == hex_of("int2vector", "-1 5"));
}

TEST_CASE("what is no vector is refused", "[pgwire][codec][vector]") {
    for (const std::string_view text : {"x", "1,2", "1 x", "{1}", "4294967296", "1-2"}) {
        INFO(text);
        CHECK_FALSE(hex_of("oidvector", text));
    }
    CHECK_FALSE(hex_of("int2vector", "40000"));
    // other elements, a lower bound of 1, NULL
    CHECK_FALSE(text_of("oidvector", "0000000100000000000000170000000100000000"
                                     "0000000400000001"));
    CHECK_FALSE(text_of("oidvector", "00000001000000000000001a0000000100000001"
                                     "0000000400000001"));
    CHECK_FALSE(text_of("oidvector", "00000001000000010000001a0000000100000000"
                                     "ffffffff"));
    CHECK_FALSE(text_of("oidvector", "00000000000000000000001a"));
}
