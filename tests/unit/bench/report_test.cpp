#include "support/catch.hpp"
#include "../../../bench/report.hpp"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <limits>
#include <sstream>

using namespace bench;

namespace {

// Two contenders, the first of which has two bars.
case_result two_bars() {
    case_result r{.name = "inserts \"in flight\"", .unit = {}, .notes = {}, .contenders = {}, .bars = {}};
    r.contenders = {{"hawser", {1000, 2, 3, 4, 0}}, {"raw", {500, 1, 0, 0, 0}}};
    const bar first{.contender = "hawser", .against = "raw", .value = 1.25},
        second{.contender = "hawser",
               .against = "raw",
               .value = {},
               .sense = sense::at_most,
               .of = &sample::cpu_us_per_op};
    r.bars = {{first, 2, 0.5, verdict::held}, {second, 2, 0.25, {}}};
    return r;
}

boost::json::object parsed(const std::string& text) {
    return boost::json::parse(text).as_object();
}

} // namespace

TEST_CASE("the JSON has an entry for each bar and for each contender without one") {
    const auto whole = parsed(to_json("sqlite", {two_bars()}));
    CHECK(whole.at("suite") == "sqlite");
    CHECK(whole.size() == 2);
    const auto& all = whole.at("cases").as_array();
    REQUIRE(all.size() == 3);
    CHECK(all[0] ==
          boost::json::parse(R"({"name":"inserts \"in flight\"","contender":"hawser","ops_per_s":1E3,
        "cpu_us_per_op":2E0,"p50_us":3E0,"p99_us":4E0,"ratio":2E0,"spread":5E-1,"sense":">=","bar":1.25E0,
        "verdict":"held","against":"raw","of":"ops_per_s"})"));
    CHECK(all[1].at("of") == "cpu_us_per_op");
    CHECK(all[1].at("sense") == "<=");
    CHECK(all[1].at("bar").is_null());
    CHECK(all[1].at("verdict").is_null());
    CHECK(all[1].at("ratio") == 2.0);
    CHECK(all[2].at("contender") == "raw");
    CHECK(all[2].at("ratio").is_null());
    CHECK(all[2].at("of").is_null());
    CHECK(all[2].at("p99_us").is_null());
}

TEST_CASE("the JSON is well-formed where figures are no numbers") {
    case_result r = two_bars();
    r.contenders[0].second.ops_per_s = std::numeric_limits<double>::infinity();
    r.contenders[0].second.figure = std::numeric_limits<double>::quiet_NaN();
    r.unit = "MB";
    r.bars[0].ratio = std::numeric_limits<double>::quiet_NaN();
    const auto whole = parsed(to_json("sqlite", {r}));
    const auto& all = whole.at("cases").as_array();
    CHECK(all[0].at("ops_per_s").is_null());
    CHECK(all[0].at("figure").is_null());
    CHECK(all[0].at("ratio").is_null());
}

TEST_CASE("each verdict has its word") {
    for (const auto& [is, word] : {std::pair{verdict::held, "held"}, std::pair{verdict::missed, "missed"},
                                   std::pair{verdict::undecided, "undecided"}}) {
        case_result r = two_bars();
        r.bars[0].verdict = is;
        const auto whole = parsed(to_json("sqlite", {r}));
        CHECK(whole.at("cases").as_array()[0].at("verdict") == word);
    }
}

TEST_CASE("conditions are told where there are some") {
    const auto whole = parsed(to_json("sqlite", {}, {{"compiler", "GCC 12.2"}}));
    CHECK(whole.at("conditions").as_object().at("compiler") == "GCC 12.2");
}

TEST_CASE("a case says who is left out, and why") {
    case_result r = two_bars();
    r.notes = {"left out: sqlx: cargo is not installed"};
    std::ostringstream out;
    print_case(out, r);
    CHECK(out.str().find("left out: sqlx: cargo is not installed\n") != std::string::npos);
    CHECK(out.str().find("bar >= 1.250: held\n") != std::string::npos);
    const auto whole = parsed(to_json("sqlite", {r}));
    CHECK(whole.at("notes").at(r.name) == boost::json::array{"left out: sqlx: cargo is not installed"});
}

TEST_CASE("a contender that fails is left out with its word, and the bars that speak of it") {
    bench_case c{.name = "case", .contenders = {}, .bars = {}};
    c.contenders = {{"raw", [] { return sample{.ops_per_s = 1}; }},
                    {"peer", []() -> sample { throw contender_failed("peer: not today"); }}};
    c.bars = {{"peer", "raw", {}}};
    const case_result r = run_case(c, 2);
    CHECK(r.contenders.size() == 1);
    CHECK(r.bars.empty());
    CHECK(r.notes == std::vector<std::string>{"left out: peer: not today"});
}

TEST_CASE("contenders alternate within a round, after one round that does not count; each round begins with "
          "the next") {
    std::string order;
    bench_case c{.name = "case", .contenders = {}, .bars = {}};
    for (const char* name : {"a", "b", "c"})
        c.contenders.push_back({name, [&order, name] {
                                    order += name;
                                    return sample{.ops_per_s = order.size() <= 3 ? 1000.0 : 1.0};
                                }});
    const case_result r = run_case(c, 4);
    CHECK(order == "abc"
                   "abc"
                   "bca"
                   "cab"
                   "abc");
    CHECK(r.contenders[0].first == "a");
    CHECK(r.contenders[0].second.ops_per_s == 1);
}

TEST_CASE("a ratio is taken of the same round, wherever in it the two have run") {
    int runs = 0;
    bench_case c{.name = "case", .contenders = {}, .bars = {{"twice", "once", {}}}};
    for (const double times : {1.0, 2.0})
        c.contenders.push_back({times == 1 ? "once" : "twice", [&runs, times] {
                                    const double of_this_round = 10.0 * (runs++ / 2 + 1);
                                    return sample{.ops_per_s = times * of_this_round};
                                }});
    const case_result r = run_case(c, 3, false);
    REQUIRE(r.bars.size() == 1);
    CHECK(r.bars[0].ratio == 2);
    CHECK(r.bars[0].spread == 0);
}

TEST_CASE("parts of one run are of the same run in each round, whichever of them is asked first") {
    double runs = 0;
    const auto parts = parts_of(2, [&]() -> std::vector<sample> {
        ++runs;
        return {{.ops_per_s = runs}, {.ops_per_s = -runs}};
    });
    CHECK(parts[0]().ops_per_s == 1);
    CHECK(parts[1]().ops_per_s == -1);
    CHECK(parts[1]().ops_per_s == -2);
    CHECK(parts[0]().ops_per_s == 2);
    CHECK(parts[0]().ops_per_s == 3);
    CHECK(parts[0]().ops_per_s == 4); // the other is left out
}
