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
