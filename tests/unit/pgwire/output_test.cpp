#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hawser/core/error.hpp>
#include <limits>
#include <pgwire/output.hpp>
#include <string>
#include <string_view>

using hawser::pgwire::output;
using support::shown;
using support::spelled;

TEST_CASE("numbers are written in network order", "[pgwire][output]") {
    output out;
    out.integer(std::uint8_t{1});
    out.integer(std::int8_t{-128});
    out.integer(std::int16_t{-2});
    out.integer(std::uint16_t{258});
    out.integer(std::int32_t{-3});
    out.integer(std::uint32_t{16909060});
    out.integer(std::numeric_limits<std::int64_t>::min());
    out.integer(std::uint64_t{0x0102030405060708});
    CHECK(shown(out) == spelled("[01 80 fffe 0102 fffffffd 01020304 8000000000000000 0102030405060708]"));
}

TEST_CASE("texts have a zero behind and none within", "[pgwire][output]") {
    output out;
    out.text("ab");
    out.text("");
    CHECK(shown(out) == spelled("ab[00 00]"));
    CHECK_THROWS_WITH(out.text(std::string_view("a\0b", 3)),
                      support::contains_text("a text for PostgreSQL holds a zero byte"));
    CHECK(shown(out) == spelled("ab[00 00]"));
}

TEST_CASE("the length of a message counts itself, that of a value does not", "[pgwire][output]") {
    output out;
    const std::size_t message = out.open('B');
    const std::size_t value = out.open();
    out.bytes("abc");
    out.close_value(value);
    out.close(message);
    out.close(out.open());
    CHECK(shown(out) == spelled("B[0000000b 00000003]abc[00000004]"));
}

TEST_CASE("lengths of 1 GiB and more are refused", "[pgwire][output]") {
    output out;
    const std::size_t mark = out.open();
    static_cast<void>(out.grow(0x40000000)); // never written: no memory is used for it
    CHECK_THROWS_WITH(out.close_value(mark), support::contains_text("1 GiB or more"));
    out.truncate(4 + 0x3fffffff);
    out.close_value(mark);
    CHECK(shown(out.view().substr(0, 4)) == spelled("[3fffffff]"));
    CHECK_THROWS_AS(out.close(mark), hawser::error);
    out.truncate(0x3fffffff);
    out.close(mark);
    CHECK(shown(out.view().substr(0, 4)) == spelled("[3fffffff]"));
}

TEST_CASE("bytes stay as they are while the output grows", "[pgwire][output]") {
    output out;
    std::string expected;
    for (int i = 0; i < 3000; ++i) {
        const std::string piece(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26));
        out.bytes(piece);
        expected += piece;
    }
    CHECK(out.view() == expected);
    CHECK(out.view_from(expected.size() - 3) == expected.substr(expected.size() - 3));
}

TEST_CASE("what was written last can be given up", "[pgwire][output]") {
    output out;
    out.bytes("kept");
    const std::size_t size = out.size();
    out.bytes("not kept");
    out.truncate(size);
    out.byte('!');
    CHECK(out.view() == "kept!");
}

TEST_CASE("memory stays for the next request, up to a bound", "[pgwire][output]") {
    output out;
    std::memset(out.grow(100), 'x', 100);
    const char* const memory = out.view().data();
    out.clear();
    CHECK(out.empty());
    CHECK((out.grow(100) == memory));
    out.clear(50);
    CHECK((out.view().data() == nullptr));
    out.byte('a');
    CHECK(out.view() == "a");
}

TEST_CASE("two outputs change places", "[pgwire][output]") {
    output a, b;
    a.bytes("a");
    b.bytes("bb");
    a.swap(b);
    CHECK(a.view() == "bb");
    CHECK(b.view() == "a");
    b.byte('c');
    CHECK(b.view() == "ac");
}
