#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <algorithm>
#include <cstring>
#include <pgwire/frame.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

using hawser::pgwire::frame;
using hawser::pgwire::frames;
using support::wire;

namespace {

using messages = std::vector<std::pair<char, std::string>>;

// A message of `size` bytes behind its length.
std::string message(char type, std::size_t size) {
    hawser::pgwire::output out;
    const std::size_t mark = out.open(type);
    for (std::size_t i = 0; i < size; ++i) out.byte(static_cast<char>('a' + (i + size) % 26));
    out.close(mark);
    return std::string(out.view());
}

void put(frames& in, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto room = in.room();
        REQUIRE(!room.empty());
        const std::size_t n = std::min(room.size(), bytes.size());
        std::memcpy(room.data(), bytes.data(), n);
        in.filled(n);
        bytes.remove_prefix(n);
    }
}

frames::step take_all(frames& in, messages& out) {
    frame next;
    frames::step step = in.next(next);
    for (; step == frames::step::message; step = in.next(next)) out.emplace_back(next.type, next.body);
    return step;
}

// What is read where the bytes come in pieces, each taken apart before the next comes.
messages read_in_pieces(std::string_view bytes, std::size_t piece, frames::limits limits = {}) {
    frames in(limits);
    messages read;
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, piece);
        put(in, part);
        bytes.remove_prefix(part.size());
        CHECK(take_all(in, read) == frames::step::more);
    }
    CHECK(in.waiting() == 0);
    return read;
}

} // namespace

TEST_CASE("messages are cut alike from pieces of any size", "[pgwire][frame]") {
    const std::string bytes =
        wire("1[00000004]2[00000004]D[0000000b0001 00000001]xC[0000000d]SELECT 1[00]Z[00000005]I");
    const messages expected{
        {'1', ""}, {'2', ""}, {'D', wire("[0001 00000001]x")}, {'C', wire("SELECT 1[00]")}, {'Z', "I"}};
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        CAPTURE(piece);
        CHECK(read_in_pieces(bytes, piece) == expected);
    }
}

TEST_CASE("a message is given out as soon as its last byte is there", "[pgwire][frame]") {
    frames in;
    frame next;
    const std::string bytes = wire("Z[00000005]I");
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        CHECK(in.next(next) == frames::step::more);
        put(in, bytes.substr(n, 1));
    }
    REQUIRE(in.next(next) == frames::step::message);
    CHECK(next.type == 'Z');
    CHECK(next.body == "I");
    CHECK(in.next(next) == frames::step::more);
}

TEST_CASE("the buffer grows for a message that does not fit, and shrinks when it is taken",
          "[pgwire][frame]") {
    frames in({.buffer = 64});
    messages read;
    put(in, message('a', 10) + message('b', 1000));
    CHECK(in.capacity() >= 1000);
    CHECK(take_all(in, read) == frames::step::more);
    put(in, message('c', 10).substr(0, 6));
    CHECK(in.capacity() == 64);
    put(in, message('c', 10).substr(6));
    CHECK(take_all(in, read) == frames::step::more);
    CHECK(in.capacity() == 64);
    CHECK(read == messages{{'a', message('a', 10).substr(5)},
                           {'b', message('b', 1000).substr(5)},
                           {'c', message('c', 10).substr(5)}});
}

TEST_CASE("memory follows the bytes that came, not the length that is claimed", "[pgwire][frame]") {
    frames in({.buffer = 64});
    frame next;
    put(in, wire("D[3fffffff]"));
    CHECK(in.next(next) == frames::step::more);
    std::size_t came = 5;
    for (int i = 0; i < 1000; ++i) {
        put(in, "x");
        ++came;
        CHECK(in.next(next) == frames::step::more);
        if (in.capacity() > std::max<std::size_t>(64, 2 * came)) FAIL(in.capacity() << " for " << came);
    }
}

TEST_CASE("a message that is not wanted is dropped as it comes, and what follows is read",
          "[pgwire][frame]") {
    const std::size_t piece = GENERATE(std::size_t{1}, std::size_t{5}, std::size_t{6}, std::size_t{100000});
    frames in({.buffer = 64});
    frame next;
    put(in, message('b', 1000).substr(0, 5));
    CHECK(!in.announced());
    CHECK(in.next(next) == frames::step::more);
    REQUIRE(in.announced());
    CHECK(in.announced()->type == 'b');
    CHECK(in.announced()->size == 1000);
    in.skip();
    CHECK(!in.announced());
    messages read;
    std::string rest = message('b', 1000).substr(5) + message('c', 10);
    for (; !rest.empty(); rest.erase(0, piece)) {
        put(in, rest.substr(0, piece));
        CHECK(take_all(in, read) == frames::step::more);
        if (piece < 64) CHECK(in.capacity() == 64);
    }
    CHECK(read == messages{{'c', message('c', 10).substr(5)}});
}

TEST_CASE("a message as large as the buffer makes it no larger", "[pgwire][frame]") {
    frames in({.buffer = 64});
    messages read;
    for (int i = 0; i < 10; ++i) {
        put(in, message('a', 59));
        CHECK(take_all(in, read) == frames::step::more);
    }
    CHECK(read.size() == 10);
    CHECK(in.capacity() == 64);
}

TEST_CASE("a length that no message has breaks the stream for good", "[pgwire][frame]") {
    const std::string length = GENERATE(as<std::string>{}, "00000000", "00000001", "00000002", "00000003",
                                        "ffffffff", "80000000", "00000065", "7fffffff");
    CAPTURE(length);
    frames in({.buffer = 64, .message = 100});
    frame next;
    put(in, message('a', 3) + wire("D[" + length + "]"));
    CHECK(in.next(next) == frames::step::message);
    CHECK(in.next(next) == frames::step::broken);
    put(in, message('a', 3));
    CHECK(in.next(next) == frames::step::broken);
}

TEST_CASE("a message at the limit is accepted", "[pgwire][frame]") {
    frames in({.buffer = 64, .message = 100});
    messages read;
    put(in, message('a', 96));
    CHECK(take_all(in, read) == frames::step::more);
    CHECK(read.size() == 1);
}

TEST_CASE("the limit may change between two messages, and in one", "[pgwire][frame]") {
    frames in({.buffer = 64, .message = 100});
    messages read;
    in.accept(50);
    put(in, message('a', 46) + message('b', 47));
    SECTION("too long for the smaller one") {
        CHECK(take_all(in, read) == frames::step::broken);
        CHECK(read.size() == 1);
        in.accept(100);
        CHECK(take_all(in, read) == frames::step::broken); // for good
    }
    SECTION("taken under the larger one") {
        in.accept(100);
        CHECK(take_all(in, read) == frames::step::more);
        CHECK(read.size() == 2);
    }
    SECTION("made smaller while a message comes") {
        in.accept(200);
        put(in, message('c', 150).substr(0, 80));
        CHECK(take_all(in, read) == frames::step::more);
        in.accept(100);
        CHECK(take_all(in, read) == frames::step::broken); // without a wait for its end
    }
}

TEST_CASE("of a burst only the rest is moved, once", "[pgwire][frame]") {
    frames in({.buffer = 4096});
    const std::string one = message('a', 3);
    std::string burst;
    while (burst.size() + one.size() <= 4096) burst += one;
    put(in, burst.substr(0, burst.size() - 2));

    frame next;
    const char* expected = nullptr;
    while (in.next(next) == frames::step::message) {
        if (expected) REQUIRE((next.body.data() == expected)); // each lies where it came
        expected = next.body.data() + one.size();
    }
    const char* const rest = expected - 5;

    const auto room = in.room();
    CHECK((room.data() < rest));
    CHECK(room.size() == 4096 - (one.size() - 2));
    in.filled(0);
    CHECK((in.room().data() == room.data()));
    put(in, one.substr(one.size() - 2, 1));
    CHECK((in.room().data() == room.data() + 1));
}

TEST_CASE("what was not taken before room() is kept", "[pgwire][frame]") {
    frames in({.buffer = 64});
    std::string bytes;
    messages expected;
    for (std::size_t size = 0; size < 40; ++size) {
        const std::string one = message('m', size);
        bytes += one;
        expected.emplace_back('m', one.substr(5));
    }
    messages read;
    for (std::size_t at = 0; at < bytes.size(); at += 7) {
        put(in, std::string_view(bytes).substr(at, 7));
        frame next;
        if (in.next(next) == frames::step::message)
            read.emplace_back(next.type, next.body); // one, though more may be there
    }
    CHECK(take_all(in, read) == frames::step::more);
    CHECK(read == expected);
}

TEST_CASE("random messages in random pieces are read as they are from one", "[pgwire][frame]") {
    std::mt19937 random(20);
    const auto up_to = [&](std::size_t most) { return random() % (most + 1); };
    for (int round = 0; round < 200; ++round) {
        std::string bytes;
        messages expected;
        for (std::size_t n = up_to(30); n > 0; --n) {
            const std::string one =
                message(static_cast<char>('A' + up_to(25)), up_to(10) == 0 ? up_to(2000) : up_to(20));
            bytes += one;
            expected.emplace_back(one[0], one.substr(5));
        }
        frames in({.buffer = 1 + up_to(200)});
        messages read;
        std::string_view left = bytes;
        while (!left.empty()) {
            const auto room = in.room();
            const std::size_t n = std::min({room.size(), left.size(), 1 + up_to(100)});
            std::memcpy(room.data(), left.data(), n);
            in.filled(n);
            left.remove_prefix(n);
            if (up_to(3) > 0) take_all(in, read);
        }
        CHECK(take_all(in, read) == frames::step::more);
        CHECK(in.waiting() == 0);
        REQUIRE(read == expected);
    }
}
