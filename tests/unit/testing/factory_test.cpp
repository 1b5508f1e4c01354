#include "support/catch.hpp"
#include "unit/db/market.hpp"
#include <hawser/testing/factory.hpp>
#include <hawser/testing/fake_repository.hpp>
#include <set>

namespace catalogue {

using hawser::col;

enum class grade { low, middle, high };
BOOST_DESCRIBE_ENUM(grade, low, middle, high)
enum class half { first, second };
BOOST_DESCRIBE_ENUM(half, first, second)

// Every rule and every type.
struct item {
    hawser::uuid id{};
    std::string code{};  // unique, of a pattern
    std::string email{}; // unique
    std::string link{}, reference{}, ticker{}, short_name{}, long_name{}, unit{};
    std::int32_t even{};
    std::int8_t stars{};
    double share{};
    std::optional<float> factor{};
    hawser::decimal<6, 2> price{};
    hawser::decimal<4, 4> ratio{};
    hawser::decimal<38, 10> wide{};
    hawser::bytes digest{};
    std::vector<std::uint8_t> raw{};
    hawser::json_text document{};
    std::chrono::sys_days since{};
    std::optional<std::chrono::year_month_day> until{};
    std::chrono::milliseconds lasts{};
    std::chrono::sys_seconds at{};
    catalogue::grade grade{};
    catalogue::half half{};
    std::int16_t shelf{};
    bool hidden{};
};
BOOST_DESCRIBE_STRUCT(item, (),
                      (id, code, email, link, reference, ticker, short_name, long_name, unit, even, stars,
                       share, factor, price, ratio, wide, digest, raw, document, since, until, lasts, at,
                       grade, half, shelf, hidden))
consteval auto hawser_table(hawser::of<item>) {
    using namespace hawser;
    return table<item>(
        "items", primary_key<&item::id>, default_<&item::id>(uuid_v4), unique<&item::code>,
        unique<&item::email>, unique<&item::digest>, unique<&item::half, &item::shelf, &item::hidden>,
        check("items_price", col<&item::price> > 500 && col<&item::price> <= 510),
        check("items_stars", col<&item::stars>.between(1, 5)),
        check("items_grade", col<&item::grade> == grade::high || col<&item::hidden> == false),
        validate<&item::code>(matches<"[A-Z]{2}-\\d+(x|y)?">, max_length(12)), validate<&item::email>(email),
        validate<&item::link>(url), validate<&item::reference>(uuid_text), validate<&item::ticker>(symbol),
        validate<&item::short_name>(not_empty, max_length(3)),
        validate<&item::long_name>(min_length(40), max_length(50)),
        validate<&item::unit>(one_of("kg", "m", "s")),
        validate<&item::even>(rule("even", "must be even", [](int v) { return v % 2 == 0; })),
        validate<&item::share>(range(0, 1)), validate<&item::factor>(positive),
        validate<&item::since>(range(std::chrono::sys_days(std::chrono::year(2020) / 1 / 1),
                                     std::chrono::sys_days(std::chrono::year(2020) / 1 / 31))),
        validate<&item::shelf>(range(1, 4)));
}

// Whose value-initialised members cannot be stored.
enum class season { spring = 1, autumn };
BOOST_DESCRIBE_ENUM(season, spring, autumn)
struct holiday {
    std::chrono::year_month_day day{};
    catalogue::season season{};
};
BOOST_DESCRIBE_STRUCT(holiday, (), (day, season))
consteval auto hawser_table(hawser::of<holiday>) {
    return hawser::table<holiday>("holidays", hawser::primary_key<&holiday::day>,
                                  hawser::unique<&holiday::season, &holiday::day>);
}

// What no factory finds by itself.
struct puzzle {
    std::int64_t id{};
    std::string answer{};
    catalogue::half half{};
};
BOOST_DESCRIBE_STRUCT(puzzle, (), (id, answer, half))
consteval auto hawser_table(hawser::of<puzzle>) {
    return hawser::table<puzzle>(
        "puzzles", hawser::primary_key<&puzzle::id>.generated(), hawser::unique<&puzzle::half>,
        hawser::validate<&puzzle::answer>(hawser::rule(
            "answer", "must be the answer", [](const std::string& v) { return v == "forty-two"; })));
}

} // namespace catalogue

namespace {

using catalogue::item;
using catalogue::puzzle;
using hawser::col;
using hawser::task;
using hawser::testing::factory;
using market::position;
using market::trade;

template <class T>
std::vector<std::string> texts(const std::vector<T>& rows) {
    std::vector<std::string> made;
    for (const T& row : rows) {
        hawser::parameters values;
        hawser::detail::for_each_column<T>(
            [&](auto d) { hawser::detail::encode(row.*decltype(d)::pointer, values); });
        std::string text;
        for (const auto& v : values.slice(0, values.size()))
            text += hawser::detail::distinct_text({&v, 1}).value_or("null") + "|";
        made.push_back(std::move(text));
    }
    return made;
}
template <class Key, class T>
std::size_t different(const std::vector<T>& rows, Key key) {
    std::set<decltype(key(rows[0]))> seen;
    for (const T& row : rows) seen.insert(key(row));
    return seen.size();
}
std::string complaint(const auto& make) {
    try {
        make();
    } catch (const hawser::error& e) {
        CHECK(e.kind() == hawser::errc::misuse);
        return e.message();
    }
    return "none";
}

} // namespace

TEST_CASE("a factory makes the same rows from the same seed, and others from another", "[testing][factory]") {
    const factory<item> first{7}, again{7}, other{8};
    const auto rows = texts(first.build(12));
    CHECK(texts(again.build(12)) == rows);
    CHECK(texts(other.build(12)) != rows);
    CHECK(rows.size() == 12);
    CHECK(std::set<std::string>(rows.begin(), rows.end()).size() == 12);
}

TEST_CASE("a factory's rows keep the rules and checks of their entity", "[testing][factory]") {
    const auto rows = factory<item>{}.build(16);
    std::vector<hawser::violation> found;
    for (std::size_t i = 0; i < rows.size(); ++i) hawser::detail::validate_row<item>(&rows[i], i, found);
    CHECK(found.empty());
    for (const item& i : rows) {
        CHECK(i.price > 500);
        CHECK(i.price <= 510);
        CHECK((i.stars >= 1 && i.stars <= 5));
        CHECK((i.grade == catalogue::grade::high || !i.hidden));
    }
}

TEST_CASE("a factory makes no two rows with the same values in a key or unique", "[testing][factory]") {
    // 2 halves, 4 shelves, hidden or not: there are 16 of them.
    const factory<item> items;
    const auto rows = items.build(16);
    CHECK(different(rows, [](const item& i) { return std::tuple(i.half, i.shelf, i.hidden); }) == 16);
    CHECK(different(rows, [](const item& i) { return i.code; }) == 16);
    CHECK(different(rows, [](const item& i) { return i.id; }) == 16);
    const std::string said = complaint([&] { (void)items.build(); });
    CHECK(said == "hawser::testing::factory of items: no more values of half, shelf, hidden are found that "
                  "differ; give them by with<..>(..)");
}

TEST_CASE("optional members of a factory's rows are empty now and then", "[testing][factory]") {
    const auto rows = factory<trade>{}.build(200);
    const auto empty = std::count_if(rows.begin(), rows.end(), [](const trade& t) { return !t.fee; });
    CHECK(empty > 20);
    CHECK(empty < 100);
}

TEST_CASE("a factory leaves generated keys, references and the framework's members alone",
          "[testing][factory]") {
    const trade t = factory<trade>{}.build();
    CHECK(t.id == 0);
    CHECK(t.position_id == 0);
    CHECK(t.created_at == hawser::timestamp{});
    const position p = factory<position>{}.build();
    CHECK(p.row_version == 1);
}

TEST_CASE("with<..>() gives one member: a value, nothing, a range in turn, a callable",
          "[testing][factory]") {
    const factory<trade> trades{3};
    const std::vector<std::int64_t> ids{4, 5};
    const auto rows = trades.with<&trade::symbol>("BTC")
                          .with<&trade::position_id>(ids)
                          .with<&trade::price>(7)
                          .with<&trade::fee>(std::nullopt)
                          .with<&trade::side>(market::side::sell)
                          .with<&trade::quantity>([](std::size_t i) { return static_cast<int>(i) * 10; })
                          .with<&trade::settled>([] { return true; })
                          .build(3);
    REQUIRE(rows.size() == 3);
    for (const trade& t : rows) {
        CHECK(t.symbol == "BTC");
        CHECK(t.price == 7);
        CHECK(!t.fee);
        CHECK(t.side == market::side::sell);
        CHECK(t.settled);
    }
    CHECK(rows[0].position_id == 4);
    CHECK(rows[1].position_id == 5);
    CHECK(rows[2].position_id == 4);
    CHECK(rows[2].quantity == 20);
    // The other members are what they are without it.
    const auto plain = factory<trade>{3}.build(3);
    CHECK(rows[1].executed_at == plain[1].executed_at);
}

TEST_CASE("what is given by with<..>() may break rules, checks and uniques", "[testing][factory]") {
    const factory<position> positions;
    CHECK(positions.with<&position::symbol>("").build().symbol.empty());
    CHECK(positions.with<&position::quantity>(-2'000'000).build().quantity == -2'000'000);
    const auto twice = positions.with<&position::symbol>("BTC").build(2);
    CHECK(twice[0].symbol == twice[1].symbol);
}

TEST_CASE("a factory that finds no value names the member and asks for it", "[testing][factory]") {
    const factory<puzzle> puzzles;
    const std::string said = complaint([&] { (void)puzzles.build(); });
    CHECK(said ==
          "hawser::testing::factory of puzzles: no value of answer keeps its rule answer (must be the "
          "answer); give it by with<..>(..)");
    const auto solved = puzzles.with<&puzzle::answer>("forty-two");
    CHECK(solved.build(2).size() == 2);
    const std::string none_left = complaint([&] { (void)solved.build(); });
    CHECK(none_left ==
          "hawser::testing::factory of puzzles: no more values of half are found that differ; give them by "
          "with<..>(..)");
    const std::string nothing_given =
        complaint([&] { (void)puzzles.with<&puzzle::answer>(std::vector<std::string>{}); });
    CHECK(nothing_given ==
          "hawser::testing::factory of puzzles: with<..>() of answer is given an empty range");
}

TEST_CASE("copies of a factory and what with<..>() gives share their sequence of rows",
          "[testing][factory]") {
    const factory<position> positions;
    std::vector<position> rows = positions.build(5);
    const factory<position> copy = positions;
    for (const position& p : copy.build(5)) rows.push_back(p);
    for (const position& p : positions.with<&position::note>("x").build(5)) rows.push_back(p);
    CHECK(different(rows, [](const position& p) { return p.symbol; }) == 15);
}

TEST_CASE("a factory inserts into a fake, and gives the rows as they are stored", "[testing][factory]") {
    auto main = []() -> task<> {
        const factory<position> positions;
        const hawser::testing::fake_repository<position> fake;
        const position one = co_await positions.insert(fake);
        CHECK(one.id == 1);
        const auto more = co_await positions.with<&position::note>("x").insert(fake, 3);
        REQUIRE(more.size() == 3);
        CHECK(more[2].id == 4);
        const auto found = co_await fake.where(col<&position::note> == "x").count();
        CHECK(found == 3);
    };
    hawser::run(main());
}

TEST_CASE("dates and enumerators that have no zero can be keys", "[testing][factory][fake]") {
    auto main = []() -> task<> {
        const hawser::testing::fake_repository<catalogue::holiday> fake;
        const auto days = co_await factory<catalogue::holiday>{}.insert(fake, 20);
        const auto found = co_await fake.get(days[7].day);
        CHECK(found.season == days[7].season);
        CHECK(different(days, [](const auto& d) { return std::chrono::sys_days(d.day); }) == 20);
    };
    hawser::run(main());
}

TEST_CASE("text of a pattern is counted through its choices", "[testing][factory]") {
    std::set<std::string> seen;
    for (std::uint64_t row = 0; row < 26 * 26; ++row) {
        hawser::detail::draws from(1, row, 0);
        const std::string text = hawser::detail::draw_pattern(from, "[A-Z]{2}", true);
        CHECK(hawser::detail::matches_pattern("[A-Z]{2}", text));
        seen.insert(text);
    }
    CHECK(seen.size() == 26 * 26);
    for (const std::string_view pattern :
         {"a|bc|d*", "(ab|c)+x?", "\\w{3,5}\\.\\d{2,}", "[^a-z0-9]{4}", "é+.", "(a(b|c){2}){1,3}\\s"}) {
        for (std::uint64_t row = 0; row < 50; ++row) {
            hawser::detail::draws from(9, row, row % 3);
            const std::string text = hawser::detail::draw_pattern(from, pattern, row % 2 == 0);
            INFO(pattern << " gave " << text);
            CHECK(hawser::detail::matches_pattern(pattern, text));
        }
    }
}
