#include "on_each_market.hpp"
#include <hawser/testing/recorder.hpp>

using namespace market;
using hawser::asc;
using hawser::desc;

namespace {

struct city {
    std::int64_t id{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(city, (), (id, name))
consteval auto hawser_table(hawser::of<city>) {
    return hawser::table<city>("cities", hawser::primary_key<&city::id>.generated());
}

struct team : hawser::soft_deletable {
    std::int64_t id{};
    std::string code{}, name{};
    std::optional<std::int64_t> city_id{};
};
BOOST_DESCRIBE_STRUCT(team, (hawser::soft_deletable), (id, code, name, city_id))
consteval auto hawser_table(hawser::of<team>) {
    return hawser::table<team>("teams", hawser::primary_key<&team::id>.generated(),
                               hawser::unique<&team::code>, hawser::references<&team::city_id, city>);
}

struct match {
    std::int64_t id{};
    std::int64_t home_id{}, away_id{};
    std::optional<std::string> host_code{};
    std::int32_t goals{};
};
BOOST_DESCRIBE_STRUCT(match, (), (id, home_id, away_id, host_code, goals))
consteval auto hawser_table(hawser::of<match>) {
    return hawser::table<match>(
        "matches", hawser::primary_key<&match::id>.generated(), hawser::references<&match::home_id, team>,
        hawser::references<&match::away_id, team>, hawser::references<&match::host_code, team, &team::code>);
}

struct league : hawser::soft_deletable {
    std::int64_t id{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(league, (hawser::soft_deletable), (id, name))
consteval auto hawser_table(hawser::of<league>) {
    return hawser::table<league>("leagues", hawser::primary_key<&league::id>.generated());
}

struct club : hawser::soft_deletable {
    std::int64_t id{};
    std::int64_t league_id{};
};
BOOST_DESCRIBE_STRUCT(club, (hawser::soft_deletable), (id, league_id))
consteval auto hawser_table(hawser::of<club>) {
    return hawser::table<club>("clubs", hawser::primary_key<&club::id>.generated(),
                               hawser::references<&club::league_id, league>);
}

struct tally {
    std::string name{};
    std::int64_t games{};
    std::int64_t goals{};
};
BOOST_DESCRIBE_STRUCT(tally, (), (name, games, goals))

// Teams 1 A (in city 1), 2 B, 3 C; matches A-B 3, B-A 2 hosted by C, A-C 1.
task<> fill(hawser::database db) {
    co_await db.create_tables<city, team, match>();
    hawser::repository<city> cities{db};
    city ghent{0, "Ghent"};
    co_await cities.insert(ghent);
    hawser::repository<team> teams{db};
    for (const char* name : {"A", "B", "C"}) {
        team t;
        t.code = t.name = name;
        if (t.name == "A") t.city_id = ghent.id;
        co_await teams.insert(t);
    }
    hawser::repository<match> matches{db};
    match ab{0, 1, 2, {}, 3}, ba{0, 2, 1, "C", 2}, ac{0, 1, 3, {}, 1};
    co_await matches.insert(ab);
    co_await matches.insert(ba);
    co_await matches.insert(ac);
}

} // namespace

TEST_CASE("a join brings the other table's columns into where and order_by, and gives the query's own rows",
          "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const auto of_b = matches.join<&match::home_id>().where(col<&team::name> == "B");
        const auto one = co_await of_b.one();
        CHECK(one.id == 2);
        const auto count = co_await of_b.count();
        CHECK(count == 1);
        const auto some = co_await of_b.exists();
        CHECK(some);
        const auto ids = co_await matches.join<&match::home_id>()
                             .order_by(desc<&team::name>, asc<&match::id>)
                             .pluck<&match::id>();
        CHECK(ids == std::vector<std::int64_t>{2, 1, 3});
        const auto names = co_await matches.join<&match::away_id>()
                               .distinct()
                               .order_by(asc<&team::name>)
                               .pluck<&team::name>();
        CHECK(names == std::vector<std::string>{"A", "B", "C"});
    });
}

TEST_CASE("the same table is joined twice in one statement, and via says whose column is meant", "[db]") {
    hawser::testing::recorder seen;
    const auto body = [&](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const auto watch = seen.scope();
        const auto rows = co_await matches.join<&match::home_id>()
                              .join<&match::away_id>()
                              .where(hawser::via<&match::home_id>(col<&team::name> == "A") &&
                                     hawser::via<&match::away_id>(col<&team::name> == "C"))
                              .all();
        watch.expect_queries(1);
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].id == 3);
    };
    on_each_market(body, {.observer = &seen});
}

TEST_CASE("include gives the referred rows with their row, several in one statement", "[db]") {
    hawser::testing::recorder seen;
    const auto body = [&](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const auto query = matches.where(col<&match::goals> > 1)
                               .include<&match::home_id>()
                               .include<&match::away_id>()
                               .order_by(asc<&match::id>);
        const auto watch = seen.scope();
        const std::vector<std::tuple<match, team, team>> rows = co_await query.all();
        watch.expect_queries(1);
        REQUIRE(rows.size() == 2);
        CHECK(std::get<match>(rows[0]).goals == 3);
        CHECK(std::get<1>(rows[0]).name == "A");
        CHECK(std::get<2>(rows[0]).name == "B");
        CHECK(std::get<1>(rows[1]).name == "B");
        CHECK(std::get<1>(rows[0]).city_id == 1);
        auto stream = query.stream(1);
        std::vector<std::string> away;
        while (const auto* row = co_await stream.next()) away.push_back(std::get<2>(*row).name);
        CHECK(away == std::vector<std::string>{"B", "A"});
        const auto page = co_await query.after(std::get<match>(rows[0])).all();
        CHECK(page.size() == 1);
    };
    on_each_market(body, {.observer = &seen});
}

TEST_CASE("include of a member that may be NULL leaves no row out", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const std::vector<std::tuple<match, std::optional<team>>> hosted =
            co_await matches.include<&match::host_code>().order_by(asc<&match::id>).all();
        REQUIRE(hosted.size() == 3);
        CHECK_FALSE(std::get<1>(hosted[0]).has_value());
        REQUIRE(std::get<1>(hosted[1]).has_value());
        CHECK(std::get<1>(hosted[1])->name == "C");
        const std::vector<std::tuple<match, team, std::optional<city>>> chain =
            co_await matches.include<&match::home_id>()
                .include<&team::city_id>()
                .order_by(asc<&match::id>)
                .all();
        REQUIRE(chain.size() == 3);
        CHECK(std::get<2>(chain[0])->name == "Ghent");
        CHECK_FALSE(std::get<2>(chain[1]).has_value());
        const auto joined = co_await matches.join<&match::host_code>().count();
        CHECK(joined == 1);
    });
}

TEST_CASE("where include finds no row its columns are NULL: greatest, asked for, and read into optionals",
          "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const auto hosted = matches.include<&match::host_code>();
        const auto upwards = co_await hosted.order_by(asc<&team::name>, asc<&match::id>).pluck<&match::id>();
        CHECK(upwards == std::vector<std::int64_t>{2, 1, 3});
        const auto downwards =
            co_await hosted.order_by(desc<&team::name>, asc<&match::id>).pluck<&match::id>();
        CHECK(downwards == std::vector<std::int64_t>{1, 3, 2});
        const std::vector<std::optional<std::string>> names =
            co_await hosted.order_by(asc<&match::id>).pluck<&team::name>();
        CHECK(names == std::vector<std::optional<std::string>>{{}, "C", {}});
        const auto without = co_await hosted.where(col<&team::id>.is_null()).count();
        CHECK(without == 2);
        const auto with = co_await hosted.where(col<&team::id>.is_not_null()).one();
        CHECK(std::get<match>(with).id == 2);
        using named = std::tuple<std::int64_t, std::string, std::optional<std::string>>;
        const auto shown =
            co_await hosted
                .select<named>(col<&match::id>, hawser::coalesce(col<&team::name>, "none"), col<&team::name>)
                .order_by(asc<&match::id>)
                .limit(2)
                .all();
        CHECK(shown == std::vector<named>{{1, "none", std::nullopt}, {2, "C", "C"}});
        const auto least = co_await hosted.where(hawser::least(col<&team::name>, "B") == "B").count();
        CHECK(least == 3);
    });
}

TEST_CASE("rows that are marked as deleted are joined to nothing", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        co_await hawser::repository<team>(db).erase(3);
        hawser::repository<match> matches{db};
        const auto left = co_await matches.join<&match::away_id>().count();
        CHECK(left == 2);
        const auto hosted = co_await matches.include<&match::host_code>().all();
        REQUIRE(hosted.size() == 3);
        for (const auto& row : hosted) CHECK_FALSE(std::get<1>(row).has_value());
    });
}

TEST_CASE("a row whose partner is marked as deleted is left out, unless the query is with_deleted()",
          "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        co_await hawser::repository<team>(db).erase(3);
        hawser::repository<match> matches{db};
        const auto away = matches.include<&match::away_id>().order_by(asc<&match::id>);
        const auto seen = co_await away.all();
        REQUIRE(seen.size() == 2);
        CHECK(std::get<match>(seen[1]).id == 2);
        const auto all = co_await away.with_deleted().all();
        REQUIRE(all.size() == 3);
        CHECK(std::get<team>(all[2]).name == "C");
        CHECK(std::get<team>(all[2]).deleted_at.has_value());
        const auto of_c =
            co_await away.with_deleted().where(col<&team::name> == "C").with_deleted().pluck<&match::id>();
        CHECK(of_c == std::vector<std::int64_t>{3});
        const auto counted =
            co_await matches.join<&match::away_id>().where(col<&match::goals> < 3).with_deleted().count();
        CHECK(counted == 2);
        const auto hosted =
            co_await matches.include<&match::host_code>().with_deleted().order_by(asc<&match::id>).all();
        REQUIRE(hosted.size() == 3);
        CHECK(std::get<1>(hosted[1])->name == "C");
    });
}

TEST_CASE("with_deleted() shows the marked rows of the query's entity and of what it joins", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await db.create_tables<league, club>();
        hawser::repository<league> leagues{db};
        hawser::repository<club> clubs{db};
        league l;
        l.name = "L";
        co_await leagues.insert(l);
        for (int i = 0; i < 2; ++i) {
            club c;
            c.league_id = l.id;
            co_await clubs.insert(c);
        }
        co_await clubs.erase(2);
        co_await leagues.erase(l.id);
        const auto none = co_await clubs.join<&club::league_id>().count();
        CHECK(none == 0);
        const auto all = co_await clubs.with_deleted().include<&club::league_id>().all();
        CHECK(all.size() == 2);
        const auto of_query = co_await clubs.join<&club::league_id>().with_deleted().count();
        CHECK(of_query == 2);
        const auto plain = co_await clubs.where(col<&club::id> > 0).with_deleted().count();
        CHECK(plain == 2);
    });
}

TEST_CASE("select groups, filters groups and orders by aggregates", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const auto by_home =
            matches.join<&match::home_id>()
                .select<tally>(col<&team::name>, hawser::count_all(), hawser::sum(col<&match::goals>))
                .group_by(col<&team::name>);
        const auto all = co_await by_home.order_by(hawser::sum(col<&match::goals>).desc()).all();
        REQUIRE(all.size() == 2);
        CHECK(all[0].name == "A");
        CHECK(all[0].games == 2);
        CHECK(all[0].goals == 4);
        const auto busy = co_await by_home.having(hawser::count_all() > 1).one();
        CHECK(busy.name == "A");
        const auto size = hawser::via<&match::home_id>(hawser::length(col<&team::name>));
        const auto by_size = co_await matches.join<&match::home_id>()
                                 .select<std::tuple<std::int64_t, std::int64_t>>(size, hawser::count_all())
                                 .group_by(size)
                                 .all();
        CHECK(by_size == std::vector<std::tuple<std::int64_t, std::int64_t>>{{1, 3}});
        const auto pairs =
            co_await matches
                .select<std::tuple<std::int64_t, std::int32_t>>(col<&match::id>, col<&match::goals> + 1)
                .order_by(asc<&match::id>)
                .limit(2)
                .offset(1)
                .all();
        CHECK(pairs == std::vector<std::tuple<std::int64_t, std::int32_t>>{{2, 3}, {3, 2}});
        const auto most = co_await matches.where(col<&match::id> > 50)
                              .select<std::optional<std::int32_t>>(hawser::max(col<&match::goals>))
                              .one();
        CHECK_FALSE(most.has_value());
        auto stream = matches.select<std::int32_t>(col<&match::goals>)
                          .distinct()
                          .order_by(asc<&match::goals>)
                          .stream(2);
        std::vector<std::int32_t> goals;
        while (const auto* g = co_await stream.next()) goals.push_back(*g);
        CHECK(goals == std::vector<std::int32_t>{1, 2, 3});
    });
}

TEST_CASE("sum, avg, min and max are of the rows of the query", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<match> matches{db};
        const std::int64_t sum = co_await matches.sum<&match::goals>();
        CHECK(sum == 6);
        const auto few = matches.where(col<&match::goals> < 3);
        const std::optional<double> mean = co_await few.avg<&match::goals>();
        CHECK(mean == 1.5);
        const std::optional<std::int32_t> least = co_await matches.min<&match::goals>();
        CHECK(least == 1);
        const auto most = co_await few.max<&match::goals>();
        CHECK(most == 2);
        const auto none = matches.where(col<&match::goals> > 30);
        const auto nothing = co_await none.sum<&match::goals>();
        CHECK(nothing == 0);
        const auto no_mean = co_await none.avg<&match::goals>();
        CHECK_FALSE(no_mean.has_value());
    });
}

TEST_CASE("load_related gives each row those that refer to it, in the order of the query", "[db]") {
    hawser::testing::recorder seen;
    const auto body = [&](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<team> teams{db};
        hawser::repository<match> matches{db};
        const auto all = co_await teams.order_by(asc<&team::id>).all();
        const auto watch = seen.scope();
        const std::unordered_map<std::int64_t, std::vector<match>> by_home =
            co_await hawser::load_related<match, &match::home_id>(db, all);
        watch.expect_queries(1);
        REQUIRE(by_home.size() == 3);
        CHECK(by_home.at(1).size() == 2);
        CHECK(by_home.at(2).size() == 1);
        CHECK(by_home.at(3).empty());
        const auto few = co_await hawser::load_related<&match::home_id>(
            matches.where(col<&match::goals> > 1).order_by(desc<&match::goals>), all);
        CHECK(few.at(1).size() == 1);
        watch.expect_queries(2);
        const auto hosted = co_await hawser::load_related<match, &match::host_code>(db, all);
        watch.expect_queries(3);
        CHECK(hosted.at("C").size() == 1);
        CHECK(hosted.at("A").empty());
        const auto none = co_await hawser::load_related<match, &match::home_id>(db, std::vector<team>{});
        CHECK(none.empty());
        watch.expect_queries(3);
    };
    on_each_market(body, {.observer = &seen});
}
