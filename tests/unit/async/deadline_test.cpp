#include "support/catch.hpp"
#include <hawser/async/deadline.hpp>

using namespace std::chrono_literals;

TEST_CASE("a deadline is so far from now as it was asked", "[async]") {
    const auto now = hawser::clock::now();
    CHECK(hawser::after(5s, now) == now + 5s);
    CHECK(hawser::after(-5s, now) == now - 5s);
}

TEST_CASE("a timeout that is too long to be counted is no deadline", "[async]") {
    CHECK(hawser::after(hawser::clock::duration::max()) == hawser::no_deadline);
    CHECK(hawser::after(hawser::no_deadline.time_since_epoch()) == hawser::no_deadline);
}

TEST_CASE("what a coarser unit counts further than the clock is no deadline", "[async]") {
    const auto now = hawser::clock::now();
    CHECK(hawser::after(std::chrono::milliseconds::max(), now) == hawser::no_deadline);
    CHECK(hawser::after(std::chrono::hours::max(), now) == hawser::no_deadline);
    CHECK(hawser::after(std::chrono::milliseconds::min(), now) < now);
    CHECK(hawser::after(std::chrono::microseconds(7), now) == now + 7us);
    CHECK(hawser::saturated(std::chrono::milliseconds::max()) == hawser::clock::duration::max());
    CHECK(hawser::saturated(std::chrono::milliseconds::min()) == hawser::clock::duration::min());
    CHECK(hawser::saturated(-1ms) == -1ms);
    CHECK(hawser::saturated(std::chrono::duration<double>(1e300)) == hawser::clock::duration::max());
    CHECK(hawser::countable(5ms) == 5ms);
    CHECK(hawser::after(hawser::countable(std::chrono::milliseconds::max()), now) == hawser::no_deadline);
}

TEST_CASE("a timeout that is counted in an unsigned type is as long as it says", "[async]") {
    using microseconds = std::chrono::duration<unsigned long long, std::micro>;
    const auto now = hawser::clock::now();
    CHECK(hawser::after(microseconds(7), now) == now + 7us);
    CHECK(hawser::saturated(microseconds(0)) == hawser::clock::duration::zero());
    CHECK(hawser::saturated(microseconds::max()) == hawser::clock::duration::max());
}

TEST_CASE("a duration of narrow or unsigned counts is as long as it says", "[async]") {
    using namespace std::chrono;
    CHECK(hawser::saturated(duration<std::int16_t, std::milli>(25000)) == 25s);
    CHECK(hawser::saturated(duration<std::int32_t, std::micro>(-1000)) == -1ms);
    CHECK(hawser::saturated(duration<std::int32_t, std::centi>(10)) == 100ms);
    CHECK(hawser::saturated(duration<std::int32_t>(10)) == 10s);
    CHECK(hawser::saturated(duration<std::uint32_t, std::milli>(10)) == 10ms);
    CHECK(hawser::saturated(duration<std::uint64_t, std::nano>(10)) == 10ns);
    CHECK(hawser::saturated(duration<std::uint8_t, std::ratio<3600>>(255)) == 255h);
    CHECK(hawser::saturated(duration<std::int32_t, std::ratio<1, 60>>(30)) == 500ms);
    CHECK(hawser::saturated(duration<std::int64_t, std::pico>(-2500)) == -2ns);
    CHECK(hawser::saturated(duration<double>(0.5)) == 500ms);
    CHECK(hawser::saturated(duration<std::uint64_t, std::nano>::max()) == hawser::clock::duration::max());
    CHECK(hawser::saturated(duration<double>(std::numeric_limits<double>::quiet_NaN())) ==
          hawser::clock::duration::max());
}
