// Numbers alone: no connection, and no clock.
#include "postgres/upkeep.hpp"
#include "support/catch.hpp"
#include <algorithm>
#include <vector>

using namespace hawser::postgres;
using namespace std::chrono_literals;
using hawser::no_deadline;

namespace {
constexpr hawser::clock::time_point start{1000h};
} // namespace

TEST_CASE("a connection retires in the last tenth of its time, or never", "[postgres]") {
    for (const std::int32_t process : {0, 1, 4711, 2147483647, -1}) {
        const auto at = retires_at(start, 10s, process);
        CHECK(at > start + 9s);
        CHECK(at <= start + 10s);
        CHECK(at == retires_at(start, 10s, process));
        CHECK(retires_at(start, 0ms, process) == no_deadline);
    }
    CHECK(retires_at(start, std::chrono::milliseconds::max(), 0) == no_deadline);
    CHECK(retires_at(start, 1ms, 4711) > start);
}

TEST_CASE("connections that are made together do not retire together", "[postgres]") {
    std::vector<hawser::deadline> all;
    for (std::int32_t process = 30000; process < 30020; ++process)
        all.push_back(retires_at(start, 1h, process));
    std::sort(all.begin(), all.end());
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i] - all[i - 1] > 5s);
    CHECK(all.back() - all.front() > 4min);
}

TEST_CASE("what rested for longer than ping_after is tried, and what is too old is replaced", "[postgres]") {
    const rest young{start, start + 1h};
    CHECK(use_of(young, start, 500ms) == use::hand_out);
    CHECK(use_of(young, start + 499ms, 500ms) == use::hand_out);
    CHECK(use_of(young, start + 500ms, 500ms) == use::try_first);
    CHECK(use_of(young, start, 0ms) == use::try_first);
    CHECK(use_of(young, start + 50min, std::chrono::milliseconds::max()) == use::hand_out);
    CHECK(use_of(young, start + 1h, std::chrono::milliseconds::max()) == use::replace);
    CHECK(use_of({start, start}, start, 500ms) == use::replace);
}

TEST_CASE("a rest ends when the connection retires, and before where there are more than are kept",
          "[postgres]") {
    CHECK(rests_until({start, no_deadline}, false) == no_deadline);
    CHECK(rests_until({start, no_deadline}, true) == start + rest_of_surplus);
    CHECK(rests_until({start, start + 10s}, false) == start + 10s);
    CHECK(rests_until({start, start + 10s}, true) == start + 10s);
    CHECK(rests_until({start, start + 1h}, true) == start + rest_of_surplus);
}
