// The same day on either engine.
#include "day.hpp"
#include "files.hpp"
#include "support/catch.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temporary_folder.hpp"
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sstream>

namespace json = boost::json;

namespace {

json::object report_of(const std::string& url, unsigned threads) {
    day::options o;
    o.url = url;
    o.json = true;
    o.own_predictions = 20'000;
    o.own_ticks = 3000;
    o.threads = threads;
    std::ostringstream out, err;
    const int code = day::run_day(o, {.out = &out, .err = &err});
    INFO(err.str());
    REQUIRE(code == 0);
    return json::parse(out.str()).as_object();
}

std::string part(const json::object& report, const char* kind, const char* name) {
    return json::serialize(report.at(kind).as_object().at(name));
}

// A mean of doubles is as the order in which they are added.
void require_same_scores(const json::object& a, const json::object& b) {
    const json::object& ours = a.at("predictions").at("by_model").as_object();
    const json::object& theirs = b.at("predictions").at("by_model").as_object();
    REQUIRE(ours.size() == 6);
    REQUIRE(theirs.size() == 6);
    for (const auto& model : ours) {
        const json::object& score = model.value().as_object();
        const json::object& other = theirs.at(model.key()).as_object();
        CHECK(score.at("rows") == other.at("rows"));
        CHECK(close_to(score.at("brier").to_number<double>(), other.at("brier").to_number<double>(), 1e-12));
    }
}

} // namespace

TEST_CASE("a day on PostgreSQL has the sums of the same day on SQLite, to the last digit",
          "[postgres][concurrency]") {
    NEED_POSTGRES();
    const unsigned threads = GENERATE(1u, 2u);
    const support::temporary_folder folder;
    const support::fresh_database fresh;
    const json::object here = report_of("sqlite:" + folder.file("day.db"), threads);
    const json::object there = report_of(fresh.url(), threads);
    CHECK(part(there, "trades", "by_symbol") == part(here, "trades", "by_symbol"));
    CHECK(part(there, "trades", "rows") == "3000");
    require_same_scores(there, here);
    CHECK(there.at("integrity").as_string() == "ok");
}
