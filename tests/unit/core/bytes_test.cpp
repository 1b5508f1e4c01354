#include "support/catch.hpp"
#include <array>
#include <hawser/core/bytes.hpp>
#include <hawser/core/error.hpp>
#include <sstream>

using hawser::bytes;

TEST_CASE("bytes are written as hex digits and read back", "[core][bytes]") {
    const bytes b = bytes::of(std::string_view("\0\x9f\xff"
                                               "a",
                                               4));
    CHECK(b.to_hex() == "009fff61");
    CHECK(bytes::from_hex("009FfF61") == b);
    CHECK(bytes::from_hex("").empty());
    std::ostringstream out;
    out << b;
    CHECK(out.str() == "009fff61");
}

TEST_CASE("what is no pairs of hex digits is refused", "[core][bytes]") {
    const std::string text = GENERATE(as<std::string>{}, "0", "000", "0g", "g0", " 0");
    try {
        (void)bytes::from_hex(text);
        FAIL("accepted");
    } catch (const hawser::error& e) { CHECK(e.kind() == hawser::errc::type_mismatch); }
}

TEST_CASE("bytes order as memcmp does, a prefix first", "[core][bytes]") {
    CHECK(bytes::of("a") < bytes::of("b"));
    CHECK(bytes::of("a") < bytes::of("aa"));
    CHECK(bytes() < bytes::of("a"));
    CHECK(bytes::of("\x7f") < bytes::of("\x80"));
    CHECK(bytes::of("ab") == bytes::of("ab"));
}

TEST_CASE("bytes come from spans and vectors and become them again", "[core][bytes]") {
    const std::array<std::byte, 3> raw{std::byte{1}, std::byte{2}, std::byte{3}};
    const bytes b = std::span<const std::byte>(raw);
    CHECK(b.size() == 3);
    CHECK(b[2] == std::byte{3});
    CHECK(b.span().data() == b.data());
    CHECK(b.text() == "\x01\x02\x03");
    CHECK(std::vector<std::byte>(b.begin(), b.end()).size() == 3);
    bytes c{std::vector<std::byte>(raw.begin(), raw.end())};
    CHECK(c == b);
    const std::vector<std::byte> taken = std::move(c).take();
    CHECK(taken.size() == 3);
}
