#include "containers.hpp"
#include <pgwire/codec/array_header.hpp>
#include <hawser/core/error.hpp>
#include <vector>

using namespace containers;

TEST_CASE("the elements of a list are read one by one, where they lie", "[pgwire][codec][array]") {
    const std::string bytes = from_hex("00000001000000010000001700000003000000010000000400000001"
                                       "ffffffff"
                                       "00000004fffffffd");
    array_elements elements(bytes);
    CHECK(elements.header().element == 23);
    CHECK(elements.header().has_null);
    CHECK(elements.header().dimensions == 1);
    CHECK(elements.header().dimension[0] == array_dimension{3, 1});
    CHECK(elements.size() == 3);
    const std::optional<array_elements::element> first = elements.next();
    REQUIRE(first);
    CHECK(to_hex(first->bytes) == "00000001");
    CHECK(first->bytes.data() == bytes.data() + 24);
    CHECK_FALSE(first->null);
    const std::optional<array_elements::element> second = elements.next();
    REQUIRE(second);
    CHECK(second->null);
    CHECK_FALSE(elements.finished());
    const std::optional<array_elements::element> third = elements.next();
    REQUIRE(third);
    CHECK(to_hex(third->bytes) == "fffffffd");
    CHECK(elements.finished());
    CHECK_FALSE(elements.next());
    CHECK(elements.finished());
}

TEST_CASE("a list that is cut gives what is whole, and says so", "[pgwire][codec][array]") {
    const std::string bytes = from_hex("0000000100000000000000170000000200000001"
                                       "0000000400000001"
                                       "0000000400000002");
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        INFO(n);
        array_elements elements(std::string_view(bytes).substr(0, n));
        std::size_t whole = 0;
        while (elements.next()) ++whole;
        CHECK(whole == (n < 28 ? 0u : 1u));
        CHECK_FALSE(elements.finished());
    }
}

TEST_CASE("an empty list is finished at once", "[pgwire][codec][array]") {
    array_elements elements(from_hex("000000000000000000000017"));
    CHECK(elements.size() == 0);
    CHECK_FALSE(elements.next());
    CHECK(elements.finished());
}

TEST_CASE("no number in a header is believed", "[pgwire][codec][array]") {
    for (const std::string_view hex :
         {"0000000100000000000000177fffffff00000001", "000000010000000000000017ffffffff00000001",
          "00000001000000000000001701000000"
          "00000001", // 2^24
          "000000070000000000000017", "ffffffff0000000000000017"}) {
        INFO(hex);
        const std::string bytes = from_hex(hex);
        array_elements elements(bytes);
        CHECK(elements.size() == 0);
        CHECK_FALSE(elements.next());
        CHECK_FALSE(elements.finished());
    }
}

TEST_CASE("a list is begun with its header, and closed as any value", "[pgwire][codec][array]") {
    output out;
    out.byte('x');
    const std::size_t mark = begin_array(out, 23, 2, true);
    CHECK(mark == 1);
    out.integer(std::int32_t{4});
    out.integer(std::int32_t{7});
    out.integer(std::int32_t{-1});
    out.close_value(mark);
    CHECK(to_hex(out.view()) == "78"
                                "00000020"
                                "000000010000000100000017"
                                "0000000200000001"
                                "0000000400000007"
                                "ffffffff");
    CHECK(text_of(type("_int4"), out.view_from(mark + 4)) == "{7,NULL}");
}

TEST_CASE("a list of nothing has no dimension", "[pgwire][codec][array]") {
    output out;
    const std::size_t mark = begin_array(out, 25, 0);
    out.close_value(mark);
    CHECK(to_hex(out.view()) == "0000000c"
                                "000000000000000000000019");
}

TEST_CASE("a list longer than any array is an error", "[pgwire][codec][array]") {
    output out;
    CHECK_THROWS_AS(begin_array(out, 23, array_header::most_elements + 1), hawser::error);
    CHECK(out.empty());
    CHECK_NOTHROW(begin_array(out, 23, array_header::most_elements));
}
