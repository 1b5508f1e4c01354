#include "files.hpp"
#include "prediction_file.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using hawser::parse_timestamp;
using hawser::trading::ml_prediction;

namespace {

const std::string header = "model,seq,season,date,entity,opponent,metric,probability,outcome\n";

std::vector<ml_prediction> read(const std::string& lines) {
    const support::temporary_folder folder;
    const std::string path = folder.file("p.csv");
    write_file(path, header + lines);
    day::prediction_file file(path);
    std::vector<ml_prediction> all;
    for (ml_prediction row; file.next(row);) all.push_back(row);
    return all;
}

// Behind the line: the column and what is wrong with it.
std::string trouble(const std::string& line) {
    const std::string what = trouble_of([&] { return read("m,0,2017,2018-01-09,E,,x,0.5,1\n" + line); });
    const std::string where = ", line 3, ";
    REQUIRE_THAT(what, support::contains_text(where));
    return what.substr(what.find(where) + where.size());
}

} // namespace

TEST_CASE("a forecast is read with its features") {
    const auto rows = read("nba_games,17,2017,2018-01-09,Celtics,Lakers,prob1,0.38878782492896111,1.0\n");
    REQUIRE(rows.size() == 1);
    const ml_prediction& p = rows[0];
    CHECK(p.model == "nba_games");
    CHECK(p.symbol == "Celtics");
    CHECK(p.prediction == 0.38878782492896111);
    CHECK(p.confidence == 1 - 0.38878782492896111);
    CHECK(p.outcome == 1.0);
    CHECK(p.made_at == parse_timestamp("2018-01-09"));
    CHECK(p.features.text() == R"({"seq":17,"season":2017,"opponent":"Lakers","metric":"prob1"})");
}

TEST_CASE("a forecast without a date is of its season's first day") {
    CHECK(read("m,0,2022,,E,,x,.5,0\n")[0].made_at == parse_timestamp("2022-01-01"));
}

TEST_CASE("a date may have a time and an offset") {
    CHECK(read("m,0,2014,2014-11-04 23:12:08 -0500,E,,x,.5,0\n")[0].made_at ==
          parse_timestamp("2014-11-05T04:12:08Z"));
}

TEST_CASE("a forecast of nobody by name has a symbol all the same") {
    CHECK(read("m,0,2014,,,,x,3.0e-05,0\n")[0].symbol == "-");
}

TEST_CASE("features are valid JSON whatever the names hold") {
    const auto rows = read("m,0,2014,,E,\"Say \"\"hi\"\" \\ \n“é”\",x,0.5,0\n");
    CHECK(hawser::json_text::is_valid(rows[0].features.text()));
    CHECK_THAT(rows[0].features.text(), support::contains_text(R"("opponent":"Say \"hi\" \\ \n“é”")"));
}

TEST_CASE("a field that is wrong is named with its column") {
    CHECK(trouble(",0,2017,,E,,x,0.5,1\n") == "column 1 (model): the field is empty");
    CHECK(trouble("m,-1,2017,,E,,x,0.5,1\n") ==
          "column 2 (seq): \"-1\" is not from 0 to 9223372036854775807");
    CHECK(trouble("m,1x,2017,,E,,x,0.5,1\n") == "column 2 (seq): \"1x\" is no whole number");
    CHECK(trouble("m,0,20177,,E,,x,0.5,1\n") == "column 3 (season): \"20177\" is not from 1 to 9999");
    CHECK(trouble("m,0,2017,2018-13-09,E,,x,0.5,1\n") == "column 4 (date): \"2018-13-09\" is no date");
    CHECK(trouble("m,0,2017,," + std::string(33, 'E') + ",,x,0.5,1\n") ==
          "column 5 (entity): \"" + std::string(33, 'E') + "\" has more than 32 characters");
    CHECK(trouble("m,0,2017,,E,,,0.5,1\n") == "column 7 (metric): the field is empty");
    CHECK_THAT(trouble("m,0,2017,,E,,x,1.5,1\n"), support::contains_text("column 8 (probability): \"1.5\""));
    CHECK(trouble("m,0,2017,,E,,x,,1\n") == "column 8 (probability): \"\" is no number");
    CHECK_THAT(trouble("m,0,2017,,E,,x,nan,1\n"), support::contains_text("column 8 (probability)"));
    CHECK_THAT(trouble("m,0,2017,,E,,x,0.5,-1\n"), support::contains_text("column 9 (outcome): \"-1\""));
}
