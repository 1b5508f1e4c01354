#include "files.hpp"
#include "latencies.hpp"
#include "support/catch.hpp"

using std::chrono::microseconds;

TEST_CASE("without durations every quantile is 0") {
    const day::latencies none;
    CHECK(none.quantile(0.5) == 0);
}

TEST_CASE("short durations are kept exactly") {
    day::latencies l;
    for (int i = 1; i <= 100; ++i) l.add(microseconds(i));
    CHECK(l.quantile(0) == 1);
    CHECK(l.quantile(0.5) == 50);
    CHECK(l.quantile(0.99) == 99);
    CHECK(l.quantile(1) == 100);
}

TEST_CASE("long durations are kept to within one percent") {
    for (long long us = 1; us < 2'000'000'000'000; us = us * 3 / 2 + 1) {
        day::latencies l;
        l.add(microseconds(us));
        CHECK(close_to(l.quantile(0.5), static_cast<double>(us), 0.01));
    }
}

TEST_CASE("a duration below 0 counts as 0") {
    day::latencies l;
    l.add(microseconds(-5));
    CHECK(l.quantile(1) == 0);
}
