#include "support/catch.hpp"
#include <hawser/engine/batch.hpp>

using namespace hawser::engine;

TEST_CASE("a request finds its own values in the batch", "[engine]") {
    batch b;
    b.values.integer(1);
    b.values.integer(2);
    b.values.text("three");
    request& r = b.requests.emplace_back();
    r.first_parameter = 1;
    r.parameter_count = 2;
    const auto values = b.values_of(r);
    REQUIRE(values.size() == 2);
    CHECK(values[0].integer == 2);
    CHECK(values[1].text() == "three");
}

TEST_CASE("a cleared batch is an empty atomic one and lets go what it owned", "[engine]") {
    batch b;
    b.mode = batch_mode::independent;
    b.requests.resize(3);
    b.values.integer(1);
    auto owned = std::make_shared<int>(1);
    b.owned.push_back(owned);
    b.clear();
    CHECK(b.mode == batch_mode::atomic);
    CHECK(b.requests.empty());
    CHECK(b.values.size() == 0);
    CHECK(owned.use_count() == 1);
}
