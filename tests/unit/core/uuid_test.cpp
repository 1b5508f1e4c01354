#include "support/catch.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/core/uuid.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

using hawser::uuid;

namespace {

constexpr const char* sample = "01890a5d-ac96-774b-bcce-b302099a8057";

uuid::milliseconds_type at(std::int64_t milliseconds) {
    return uuid::milliseconds_type(std::chrono::milliseconds(milliseconds));
}

std::int64_t milliseconds_of(const uuid& id) {
    std::int64_t v = 0;
    for (std::size_t i = 0; i < 6; ++i) v = v << 8 | std::to_integer<std::int64_t>(id.bytes()[i]);
    return v;
}

bool is_rfc_variant(const uuid& id) {
    return (std::to_integer<unsigned>(id.bytes()[8]) >> 6) == 2;
}

} // namespace

TEST_CASE("a uuid is read from its usual texts and written as one of them", "[core][uuid]") {
    const std::string text = GENERATE(
        as<std::string>{}, sample, "01890A5D-AC96-774B-BCCE-B302099A8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}", "01890a5dac96774bbcceb302099a8057",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057", "URN:UUID:01890a5d-ac96-774b-bcce-b302099a8057");
    CHECK(uuid::parse(text).to_string() == sample);
    CHECK(uuid::try_parse(text) == uuid::parse(sample));
}

TEST_CASE("a text that is no uuid is refused", "[core][uuid]") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "01890a5d", "01890a5d-ac96-774b-bcce-b302099a805",
                 "01890a5d-ac96-774b-bcce-b302099a805g", "01890a5dxac96-774b-bcce-b302099a8057",
                 "(01890a5d-ac96-774b-bcce-b302099a8057)", "{01890a5dac96774bbcceb302099a8057}",
                 "urn:uuix:01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057 ",
                 "-1890a5dac96774bbcceb302099a8057", "0189-0a5dac96-774b-bcce-b302099a8057");
    CHECK(uuid::try_parse(text) == std::nullopt);
    try {
        (void)uuid::parse(text);
        FAIL("accepted");
    } catch (const hawser::error& e) { CHECK(e.kind() == hawser::errc::type_mismatch); }
}

TEST_CASE("the nil uuid is what there is without a value", "[core][uuid]") {
    STATIC_REQUIRE(uuid().is_nil());
    CHECK(uuid().to_string() == "00000000-0000-0000-0000-000000000000");
    CHECK_FALSE(uuid::parse(sample).is_nil());
    CHECK(uuid::parse(sample).version() == 7);
}

TEST_CASE("uuids order as their texts do, and differ in their hash", "[core][uuid]") {
    std::vector<uuid> ids;
    std::unordered_set<std::size_t> hashes;
    for (int i = 0; i < 2000; ++i) {
        ids.push_back(uuid::v4());
        hashes.insert(std::hash<uuid>{}(ids.back()));
    }
    std::sort(ids.begin(), ids.end());
    CHECK(std::is_sorted(ids.begin(), ids.end(),
                         [](const uuid& a, const uuid& b) { return a.to_string() < b.to_string(); }));
    CHECK(hashes.size() == 2000);
    std::ostringstream out;
    out << ids.front();
    CHECK(uuid::parse(out.str()) == ids.front());
}

TEST_CASE("version 4 is random where it is not fixed", "[core][uuid]") {
    std::array<unsigned, 16> ones{}, zeros{};
    for (int i = 0; i < 200; ++i) {
        const uuid id = uuid::v4();
        REQUIRE(id.version() == 4);
        REQUIRE(is_rfc_variant(id));
        for (std::size_t b = 0; b < 16; ++b) {
            ones[b] |= std::to_integer<unsigned>(id.bytes()[b]);
            zeros[b] |= std::to_integer<unsigned>(~id.bytes()[b]);
        }
    }
    for (std::size_t b = 0; b < 16; ++b) {
        CHECK(ones[b] == (b == 6 ? 0x4fu : b == 8 ? 0xbfu : 0xffu));
        CHECK(zeros[b] == (b == 6 ? 0xbfu : b == 8 ? 0x7fu : 0xffu));
    }
}

// The count runs on through the whole process: tests that need a given millisecond ask for a later one than all others.
TEST_CASE("version 7 holds the time, and never goes back", "[core][uuid]") {
    const std::int64_t start = milliseconds_of(uuid::v7(at(0))) + 1'000'000;
    const uuid first = uuid::v7(at(start));
    CHECK(milliseconds_of(first) == start);
    CHECK(first.version() == 7);
    CHECK(is_rfc_variant(first));
    uuid last = first;
    // The clock stands, then goes back: the count outgrows its millisecond twice at least.
    for (int i = 0; i < 10'000; ++i) {
        const uuid next = uuid::v7(at(i % 2 == 0 ? start : start - 5000));
        REQUIRE(next > last);
        last = next;
    }
    CHECK(milliseconds_of(last) > start);
    CHECK(milliseconds_of(last) <= start + 4);
    const uuid later = uuid::v7(at(start + 60'000));
    CHECK(milliseconds_of(later) == start + 60'000);
    CHECK(later > last);
}

TEST_CASE("version 7 takes the system clock's time where none is given", "[core][uuid]") {
    const uuid a = uuid::v7();
    const uuid b = uuid::v7();
    CHECK(a < b);
    CHECK(b.version() == 7);
}

TEST_CASE("version 7 refuses times that it cannot hold", "[core][uuid]") {
    CHECK_THROWS_AS(uuid::v7(at(-1)), hawser::error);
    CHECK_THROWS_AS(uuid::v7(at(std::int64_t{1} << 48)), hawser::error);
}

TEST_CASE("version 7 of several threads are all different, and each thread sees its own grow",
          "[core][uuid][concurrency]") {
    constexpr int threads = 4, each = 5000;
    std::vector<std::vector<uuid>> made(threads);
    {
        std::vector<std::jthread> running;
        for (auto& mine : made)
            running.emplace_back([&mine] {
                for (int i = 0; i < each; ++i) mine.push_back(uuid::v7(at(1)));
            });
    }
    std::set<uuid> all;
    for (const auto& mine : made) {
        CHECK(std::is_sorted(mine.begin(), mine.end()));
        all.insert(mine.begin(), mine.end());
    }
    CHECK(all.size() == threads * each);
}
