#include "files.hpp"
#include "options.hpp"
#include "support/catch.hpp"
#include <vector>

namespace {

day::options parsed(std::initializer_list<std::string_view> arguments) {
    const std::vector<std::string_view> all(arguments);
    return day::parse_options(all);
}
std::string trouble(std::initializer_list<std::string_view> arguments) {
    return trouble_of([&] { return parsed(arguments); });
}

} // namespace

TEST_CASE("without arguments it is a day with a feed of our own") {
    const day::options o = parsed({});
    CHECK_FALSE(o.url);
    CHECK_FALSE(o.predictions);
    CHECK_FALSE(o.json);
    CHECK(o.strategies == 64);
    CHECK(o.own_predictions == 1'000'000);
    CHECK(o.own_ticks == 200'000);
}

TEST_CASE("values stand behind their option or behind an equals sign") {
    const day::options o =
        parsed({"--url", "sqlite:a.db", "--trades=t=1.csv", "--json", "--threads", "2", "--seed=7"});
    CHECK(o.url == "sqlite:a.db");
    CHECK(o.trades == "t=1.csv");
    CHECK(o.json);
    CHECK(o.threads == 2);
    CHECK(o.seed == 7);
}

TEST_CASE("an argument that is wrong is named") {
    CHECK(trouble({"--speed"}) == "unknown option --speed");
    CHECK(trouble({"file.csv"}) == "unknown option file.csv");
    CHECK(trouble({"--url"}) == "--url needs a value");
    CHECK(trouble({"--json=yes"}) == "--json takes no value");
    CHECK(trouble({"--threads", "0"}) == "--threads takes a number from 1 to 256, not \"0\"");
    CHECK(trouble({"--strategies", "many"}) == "--strategies takes a number from 1 to 10000, not \"many\"");
}
