#include "support/catch.hpp"
#include "../../../bench/options.hpp"
#include <vector>

using bench::parse_options;

namespace {

bench::options parsed(std::vector<const char*> words) {
    words.insert(words.begin(), "hawser_bench");
    return parse_options(static_cast<int>(words.size()), words.data());
}

} // namespace

TEST_CASE("options of the benchmarks are parsed in any order") {
    const auto o =
        parsed({"--rounds", "3", "sqlite", "--only", "scan", "--json", "x.json", "--contender", "raw"});
    CHECK(o.suite == "sqlite");
    CHECK(o.rounds == 3);
    CHECK(o.only == "scan");
    CHECK(o.json == "x.json");
    CHECK(o.contender == "raw");
    CHECK(o.of.rows == 1'000'000);
    CHECK(o.commit.empty());
    CHECK(parsed({"memory", "--commit", "abc, with changes"}).commit == "abc, with changes");
    CHECK(parsed({"--tiny", "postgres"}).suite == "postgres");
    CHECK(parsed({"memory", "--big-file", "300"}).of.big_file_bytes == 300'000'000);
}

TEST_CASE("what is wrong with the options of the benchmarks is said") {
    CHECK_THROWS_AS(parsed({}), bench::usage_error);
    CHECK_THROWS_AS(parsed({"mysql"}), bench::usage_error);
    CHECK_THROWS_AS(parsed({"sqlite", "--json"}), bench::usage_error);
    CHECK_THROWS_AS(parsed({"sqlite", "--rounds", "0"}), bench::usage_error);
    CHECK_THROWS_AS(parsed({"sqlite", "--rounds", "3x"}), bench::usage_error);
}
