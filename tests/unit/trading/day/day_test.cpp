#include "day.hpp"
#include "files.hpp"
#include "stop.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <boost/json/parse.hpp>
#include <hawser/db/run.hpp>
#include <hawser/trading.hpp>
#include <map>
#include <sstream>

namespace json = boost::json;

namespace {

struct stored_counts {
    std::int64_t predictions, orders, trades, positions;
    bool operator==(const stored_counts&) const = default;
};

// A day in a folder of its own.
class one_day {
public:
    one_day() {
        options.url = "sqlite:" + folder_.file("day.db");
        options.json = true;
        options.own_predictions = 3000;
        options.own_ticks = 500;
    }

    std::string file(const std::string& name, const std::string& bytes) {
        write_file(folder_.file(name), bytes);
        return folder_.file(name);
    }
    int run() {
        out.str("");
        err.str("");
        return day::run_day(options, {.out = &out, .err = &err});
    }
    json::object report() const { return json::parse(out.str()).as_object(); }
    stored_counts stored() const {
        auto count = [](std::string url) -> hawser::task<stored_counts> {
            const hawser::database db = co_await hawser::open(url);
            const hawser::trading::desk desk(db);
            stored_counts c{};
            c.predictions = co_await desk.predictions.count();
            c.orders = co_await desk.orders.count();
            c.trades = co_await desk.trades.count();
            c.positions = co_await desk.positions.count();
            co_await db.close();
            co_return c;
        };
        return hawser::run(count(*options.url));
    }

    day::options options;
    std::ostringstream out, err;

private:
    support::temporary_folder folder_;
};

const std::string prediction_header = "model,seq,season,date,entity,opponent,metric,probability,outcome\n";
const std::string tick_header = "symbol,ts_utc_ns,price,size,exchange,cond_hex,suspicious\n";

// Lines of both kinds with sums that are made here, in whole numbers where they must be exact.
struct excerpt {
    struct sums {
        std::int64_t trades = 0, quantity = 0, ten_thousandths = 0, low = INT64_MAX, high = 0;
    };
    struct errors {
        std::int64_t rows = 0;
        long double squares = 0;
    };
    std::string predictions = prediction_header;
    std::string ticks = tick_header;
    std::map<std::string, sums> by_symbol;
    std::map<std::string, errors> by_model;

    void add_tick(int i) {
        const std::string symbol = i % 3 == 0 ? "BAC" : i % 3 == 1 ? "IBM" : "SP \"Y\"";
        const std::int64_t price = 130'000 + (i * 7919) % 40'000 - i % 2; // in ten-thousandths
        const std::int64_t size = 1 + (i * 104'729) % 5'000'000;
        std::string digits = std::to_string(price % 10'000);
        digits.insert(0, 4 - digits.size(), '0');
        ticks += (i % 3 == 2 ? "\"SP \"\"Y\"\"\"" : symbol) + "," +
                 std::to_string(1'381'132'800'614'000'000 + i) + "," + std::to_string(price / 10'000) + "." +
                 digits + "," + std::to_string(size) + ",P,20,0\n";
        sums& s = by_symbol[symbol];
        ++s.trades;
        s.quantity += size;
        s.ten_thousandths += price * size;
        s.low = std::min(s.low, price);
        s.high = std::max(s.high, price);
    }
    void add_prediction(int i) {
        const std::string model = i % 2 == 0 ? "nba_games" : "mlb \"x\"";
        const double p = static_cast<double>((i * 7919) % 100'003) / 100'003;
        const int outcome = i % 5 == 0 ? 1 : 0;
        std::ostringstream line;
        line.precision(17);
        line << (i % 2 == 0 ? "nba_games" : "\"mlb \"\"x\"\"\"") << ',' << i << ",2017,2018-01-09,E" << i % 7
             << ",F,prob1," << p << ',' << outcome << '\n';
        predictions += line.str();
        errors& e = by_model[model];
        ++e.rows;
        e.squares += (static_cast<long double>(p) - outcome) * (static_cast<long double>(p) - outcome);
    }
};

excerpt made_excerpt() {
    excerpt e;
    for (int i = 0; i < 2000; ++i) e.add_tick(i);
    for (int i = 0; i < 10'000; ++i) e.add_prediction(i);
    return e;
}

// Ten-thousandths with eight digits behind the point.
std::string eight_digits(std::int64_t ten_thousandths) {
    return hawser::decimal<18, 4>::from_scaled(ten_thousandths).to_string() + "0000";
}

void require_sums(const json::object& trades, const excerpt& e) {
    const json::object& by_symbol = trades.at("by_symbol").as_object();
    REQUIRE(trades.at("rows").to_number<int>() == 2000);
    REQUIRE(by_symbol.size() == e.by_symbol.size());
    for (const auto& [symbol, s] : e.by_symbol) {
        const json::object& given = by_symbol.at(symbol).as_object();
        CHECK(given.at("trades").to_number<std::int64_t>() == s.trades);
        CHECK(given.at("quantity").as_string() == eight_digits(s.quantity * 10'000));
        CHECK(given.at("notional").as_string() == eight_digits(s.ten_thousandths));
        CHECK(given.at("low").as_string() == eight_digits(s.low));
        CHECK(given.at("high").as_string() == eight_digits(s.high));
    }
}

void require_scores(const json::object& predictions, const excerpt& e) {
    const json::object& by_model = predictions.at("by_model").as_object();
    REQUIRE(predictions.at("rows").to_number<int>() == 10'000);
    REQUIRE(by_model.size() == e.by_model.size());
    for (const auto& [model, errors] : e.by_model) {
        const json::object& given = by_model.at(model).as_object();
        CHECK(given.at("rows").to_number<std::int64_t>() == errors.rows);
        const double brier = given.at("brier").to_number<double>();
        CHECK(close_to(brier, static_cast<double>(errors.squares / errors.rows), 1e-12));
    }
}

std::vector<std::string> names_of(const json::object& o) {
    std::vector<std::string> names;
    for (const auto& member : o) names.emplace_back(member.key());
    return names;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a day's sums are those of its files", "[concurrency]") {
    const bool gzip = GENERATE(false, true);
    const unsigned threads = gzip ? 4 : 1;
    const excerpt e = made_excerpt();
    one_day d;
    d.options.threads = threads;
    d.options.predictions = d.file("p.csv", gzip ? packed(e.predictions) : e.predictions);
    d.options.trades = d.file("t.csv", gzip ? packed(e.ticks) : e.ticks);
    REQUIRE(d.run() == 0);
    const json::object report = d.report();
    require_sums(report.at("trades").as_object(), e);
    require_scores(report.at("predictions").as_object(), e);
    CHECK(report.at("integrity").as_string() == "ok");
    CHECK(d.stored() == stored_counts{10'000, 2000, 2000, 3});
}

TEST_CASE("the report is one JSON object of the promised shape") {
    one_day d;
    REQUIRE(d.run() == 0);
    const std::string text = d.out.str();
    CHECK(text.find('\n') == text.size() - 1);
    const json::object report = d.report();
    CHECK(names_of(report) == names{"predictions", "trades", "latency_us", "integrity"});
    const json::object& predictions = report.at("predictions").as_object();
    const json::object& trades = report.at("trades").as_object();
    CHECK(names_of(predictions) == names{"rows", "rows_per_s", "by_model"});
    CHECK(names_of(trades) == names{"rows", "units_per_s", "by_symbol"});
    CHECK(names_of(report.at("latency_us").as_object()) == names{"unit_p50", "unit_p99"});
    for (const auto& model : predictions.at("by_model").as_object())
        CHECK(names_of(model.value().as_object()) == names{"rows", "brier"});
    for (const auto& symbol : trades.at("by_symbol").as_object())
        CHECK(names_of(symbol.value().as_object()) == names{"trades", "quantity", "notional", "low", "high"});
    CHECK(predictions.at("rows").to_number<int>() == 3000);
    CHECK(trades.at("rows").to_number<int>() == 500);
    CHECK(trades.at("units_per_s").to_number<double>() > 0);
}

TEST_CASE("without files the day says that it makes its own feed") {
    one_day d;
    REQUIRE(d.run() == 0);
    CHECK_THAT(d.err.str(),
               support::contains_text("a feed of our own, seed 1, 3,000 predictions and 500 ticks"));
}

TEST_CASE("without --json the report is a table on the same stream as the progress") {
    one_day d;
    d.options.json = false;
    REQUIRE(d.run() == 0);
    CHECK_THAT(d.out.str(), support::contains_text("ticks: 100 %, 500 of 500"));
    CHECK_THAT(d.out.str(), support::contains_text("integrity    ok"));
    CHECK(d.err.str().empty());
}

TEST_CASE("with one file there is nothing of the other kind") {
    one_day d;
    d.options.trades = d.file("t.csv", made_excerpt().ticks);
    REQUIRE(d.run() == 0);
    CHECK(d.stored() == stored_counts{0, 2000, 2000, 3});
    CHECK(d.report().at("predictions").at("by_model").as_object().empty());
}

TEST_CASE("a malformed forecast stops the load with file, line and column, and nothing is stored") {
    const excerpt e = made_excerpt();
    one_day d;
    d.options.predictions = d.file("p.csv", e.predictions + "nba_games,1,2017,2018-01-09,E,F,prob1,x,1\n");
    d.options.trades = d.file("t.csv", e.ticks);
    CHECK(d.run() == 2);
    CHECK_THAT(d.err.str(),
               support::contains_text("p.csv, line 10002, column 8 (probability): \"x\" is no number"));
    CHECK(d.out.str().empty());
    CHECK(d.stored() == stored_counts{0, 0, 0, 0});
}

TEST_CASE("a malformed tick stops the load with file, line and column, and nothing is stored") {
    const excerpt e = made_excerpt();
    one_day d;
    d.options.predictions = d.file("p.csv", e.predictions);
    d.options.trades = d.file("t.csv", packed(e.ticks + "BAC,1,13.94,ten,P,20,0\n"));
    CHECK(d.run() == 2);
    CHECK_THAT(d.err.str(),
               support::contains_text("t.csv, line 2002, column 4 (size): \"ten\" is no number"));
    CHECK(d.stored() == stored_counts{0, 0, 0, 0});
}

TEST_CASE("a file that is cut short is not stored at all") {
    const excerpt e = made_excerpt();
    const std::string whole = packed(e.ticks);
    one_day d;
    d.options.trades = d.file("t.csv.gz", whole.substr(0, whole.size() / 2));
    CHECK(d.run() == 2);
    CHECK_THAT(d.err.str(), support::contains_text("t.csv.gz: the gzip data is damaged or cut short"));
    CHECK(d.stored() == stored_counts{0, 0, 0, 0});
}

TEST_CASE("a file of a header alone is a day without rows") {
    one_day d;
    d.options.predictions = d.file("p.csv", prediction_header);
    d.options.trades = d.file("t.csv", tick_header);
    CHECK(d.run() == 0);
    CHECK(d.stored() == stored_counts{0, 0, 0, 0});
    CHECK(d.report().at("integrity").as_string() == "ok");
}

TEST_CASE("a database that holds a day is refused and left as it was") {
    one_day d;
    REQUIRE(d.run() == 0);
    const stored_counts before = d.stored();
    CHECK(d.run() == 2);
    CHECK_THAT(d.err.str(), support::contains_text("holds a day already"));
    CHECK(d.out.str().empty());
    CHECK(d.stored() == before);
}

TEST_CASE("a database that cannot be opened is a failure that is told") {
    one_day d;
    d.options.url = "sqlite:/dev/null/none.db";
    CHECK(d.run() == 1);
    CHECK_FALSE(d.err.str().empty());
    CHECK(d.out.str().empty());
}

TEST_CASE("a day that is stopped ends with nothing half stored") {
    one_day d;
    day::request_stop();
    const int code = d.run();
    day::forget_stop();
    CHECK(code == 130);
    CHECK(d.out.str().empty());
    CHECK(d.stored() == stored_counts{0, 0, 0, 0});
}

TEST_CASE("each acknowledged write leaves a record of fourteen bytes") {
    one_day d;
    d.options.acknowledge = d.file("acknowledged", "");
    REQUIRE(d.run() == 0);
    std::ifstream in(*d.options.acknowledge);
    std::vector<std::string> records;
    for (std::string line; std::getline(in, line);) records.push_back(line);
    REQUIRE(records.size() == 501);
    CHECK(records.front() == "log-000003000");
    std::sort(records.begin() + 1, records.end());
    CHECK(records[1] == "day-000000001");
    CHECK(records[500] == "day-000000500");
}
