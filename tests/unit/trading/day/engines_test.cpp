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
    CHECK(part(there, "predictions", "by_model") == part(here, "predictions", "by_model"));
    CHECK(part(there, "predictions", "rows") == "20000");
    CHECK(there.at("integrity").as_string() == "ok");
}
