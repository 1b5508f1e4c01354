// A season of two leagues: teams, odds, and a friction of each two made from the odds.
#include "csv_fields.hpp"
#include "csv_reader.hpp"
#include "fixture.hpp"
#include "support/shared_data.hpp"
#include <map>

using namespace pack;

namespace {

enum column : std::size_t {
    event_status,
    event_time,
    date,
    league,
    division,
    year,
    home_team,
    away_team,
    provider,
    home_win,
    draw,
    away_win,
    over,
    under
};
constexpr std::array<std::string_view, 14> columns{
    "event_status", "event_time", "date",     "league", "division", "year",     "home_team",
    "away_team",    "provider",   "home_win", "draw",   "away_win", "over_2.5", "under_2.5"};

struct season {
    std::vector<team> teams;
    std::vector<odds_quote> quotes;
    std::map<std::pair<std::string, std::string>, double> frictions; // by home and away
};

void add_team(season& s, std::string_view name, std::string_view of_league) {
    for (const team& t : s.teams)
        if (t.name == name) return;
    s.teams.push_back(team_of(std::string(name), std::string(of_league)));
}

void add_match(season& s, const day::csv_reader& csv) {
    add_team(s, csv[home_team], csv[league]);
    add_team(s, csv[away_team], csv[league]);
    odds_quote q;
    q.match = std::string(csv[date].substr(0, 10)) + ' ' + std::string(csv[home_team]) + " - " +
              std::string(csv[away_team]);
    q.bookmaker = csv[provider];
    q.at = hawser::parse_timestamp(csv[date]);
    for (const std::size_t market : {home_win, draw, away_win, over, under}) {
        q.market = columns[market];
        q.price = odds_t::parse(csv[market]);
        s.quotes.push_back(q);
    }
    if (csv[provider] == "market_average")
        s.frictions[{std::string(csv[home_team]), std::string(csv[away_team])}] =
            1 / day::real_field(csv, draw, 1, 1000);
}

season read_season(const std::vector<std::string>& paths) {
    season s;
    for (const std::string& path : paths) {
        day::csv_reader csv(path, columns);
        while (csv.next()) add_match(s, csv);
    }
    return s;
}

std::vector<friction> frictions_of(const season& s, const std::vector<std::int64_t>& ids) {
    std::map<std::string, std::int64_t> id_of;
    for (std::size_t i = 0; i < ids.size(); ++i) id_of[s.teams[i].name] = ids[i];
    std::vector<friction> all;
    for (const auto& [names, score] : s.frictions) {
        friction f;
        f.home_id = id_of.at(names.first);
        f.away_id = id_of.at(names.second);
        f.score = score;
        f.matches = 1;
        all.push_back(f);
    }
    return all;
}

task<std::string> price_sum(const hawser::database& db) {
    return is_postgres(db) ? db.query_one<std::string, "select sum(price)::text from odds">()
                           : db.query_one<std::string, "select dec_text(dec_sum(price), 4) from odds">();
}

} // namespace

TEST_CASE("a season of football is stored: teams, odds and friction") {
    const auto england = support::shared_data("football_odds/England_1_2024_odds.csv.gz");
    const auto spain = support::shared_data("football_odds/Spain_1_2024_odds.csv.gz");
    if (!england || !spain) SKIP("football_odds is not on this machine");
    const season s = read_season({*england, *spain});
    on_desk([&](const desk& d, const hawser::database& db) -> task<> {
        const auto ids = co_await d.teams.bulk_insert(s.teams);
        const auto stored = co_await d.odds.bulk_upsert(s.quotes);
        const auto again = co_await d.odds.bulk_upsert(s.quotes);
        const std::vector<friction> frictions = frictions_of(s, ids);
        co_await d.frictions.bulk_upsert(frictions);
        REQUIRE(stored.inserted == 7600);
        REQUIRE(again.inserted == 0);
        REQUIRE(again.updated == 7600);

        const auto english = co_await d.teams.by_league("England");
        REQUIRE(ids.size() == 40);
        REQUIRE(english.size() == 20);
        // Counted and summed by awk over the text of both files.
        const auto quotes = co_await d.odds.count();
        const auto sum = co_await price_sum(db);
        REQUIRE(quotes == 7600);
        REQUIRE(sum == "24287.6300");

        const auto opening = co_await d.odds.by_match("2023-08-11 Burnley - Man City");
        REQUIRE(opening.size() == 10);
        REQUIRE(opening[0].market == "away_win");
        REQUIRE(opening[0].bookmaker == "market_average");
        REQUIRE(opening[0].price == odds_t::parse("1.35"));

        const auto derby = co_await d.frictions.get_friction(ids[0], ids[1]);
        REQUIRE(derby);
        REQUIRE(std::get<1>(*derby).name == s.teams[0].name);
        REQUIRE(std::get<2>(*derby).name == s.teams[1].name);
        const auto pairs = co_await d.frictions.count();
        REQUIRE(pairs == 760);
    });
}
