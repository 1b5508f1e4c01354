#include "support/catch.hpp"

#include <hawser/testing.hpp>

namespace testing = hawser::testing;
using namespace std::chrono_literals;

TEST_CASE("a fixed clock stands still until it is moved", "[testing]") {
    testing::fixed_clock clock;
    CHECK(clock.now() == testing::noon);
    CHECK(hawser::to_iso8601(clock.now()) == "2026-03-01T12:00:00.000000Z");
    clock.advance(90s);
    CHECK(clock.now() == testing::noon + 90s);
    clock.set(hawser::parse_timestamp("2020-02-29"));
    CHECK(clock.now() == hawser::parse_timestamp("2020-02-29"));
}

TEST_CASE("a stepping clock never gives the same time twice", "[testing]") {
    testing::stepping_clock clock(testing::noon, 250ms);
    CHECK(clock.now() == testing::noon);
    CHECK(clock.now() == testing::noon + 250ms);
    CHECK(clock.now() == testing::noon + 500ms);
}
