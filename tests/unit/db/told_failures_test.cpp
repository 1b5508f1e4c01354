// What a failure tells of the call: how long it took, which attempt it was, and that it comes out of the task.
#include "on_each_market.hpp"
#include "support/raw_sqlite.hpp"

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;

TEST_CASE("a failure tells how long its job was under way", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P"), again = make_position("P");
        co_await positions.insert(p);
        const auto of_insert = co_await error_of(positions.insert(again));
        CHECK(of_insert.kind() == errc::unique_violation);
        CHECK(of_insert.info().duration > 0us);
        const auto of_read = co_await error_of(db.query(hawser::sql("select abs(-9223372036854775807 - 1)")));
        CHECK(of_read.info().duration > 0us);
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        const auto in_transaction = co_await error_of(inside.insert(again));
        CHECK(in_transaction.info().duration > 0us);
        co_await tx.rollback();
        position invalid = make_position("");
        const auto never_sent = co_await error_of(positions.insert(invalid));
        CHECK(never_sent.info().duration == 0us);
    });
}

TEST_CASE("a failure tells which attempt it ended", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        unsigned runs = 0;
        const auto body = [&](hawser::transaction&) -> task<> {
            ++runs;
            hawser::throw_error(errc::busy, "forced");
            co_return;
        };
        const auto of_transaction = co_await error_of(db.transaction(body, {.attempts = 3}));
        CHECK(of_transaction.info().attempt == 3);
        hawser::unit_of_work unit{db};
        unit.run(body);
        const auto of_unit = co_await error_of(unit.commit({.attempts = 2}));
        CHECK(of_unit.info().attempt == 2);
        CHECK(runs == 5);
        const auto first = co_await error_of(db.transaction(body, {.attempts = 1}));
        CHECK(first.info().attempt == 1);
    });
}

TEST_CASE("a column that another connection drops is named where it stands in the statement", "[db]") {
    support::temporary_folder folder;
    const std::string file = folder.file("market.db");
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite:" + file);
        co_await db.create_tables<position, trade, prediction>();
        hawser::repository<position> positions{db};
        std::vector<position> many;
        for (int i = 0; i < 200; ++i) many.push_back(make_position("P" + std::to_string(i)));
        co_await positions.bulk_insert(many);
        // Read twice: the second time as the first has shown that there are many.
        for (int i = 0; i < 2; ++i) {
            const auto all = co_await positions.all();
            CHECK(all.size() == 200);
            const auto some = co_await positions.where(col<&position::id> > 10).all();
            CHECK(some.size() == 190);
        }
        support::raw_sqlite(file).exec("alter table positions drop column note");
        std::vector<hawser::error> failures;
        failures.push_back(co_await error_of(positions.all()));
        failures.push_back(co_await error_of(positions.where(col<&position::id> > 10).all()));
        failures.push_back(co_await error_of(positions.get(1)));
        for (const hawser::error& e : failures) {
            CHECK(e.kind() == errc::undefined_object);
            CHECK_THAT(e.what(), Catch::Contains("no such column: note"));
            const std::string sql = e.info().sql;
            INFO(sql);
            REQUIRE(e.info().position);
            CHECK(sql.substr(*e.info().position).starts_with("\"note\""));
        }
        co_await db.close();
    };
    hawser::run(main());
}

namespace {

struct diary {
    std::int64_t id{};
    std::chrono::year_month_day day{};
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(diary, (), (id, day, text))
consteval auto hawser_table(hawser::of<diary>) {
    return hawser::table<diary>("diaries", hawser::primary_key<&diary::id>.generated());
}
struct day_key {
    std::chrono::year_month_day day{};
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(day_key, (), (day, text))
consteval auto hawser_table(hawser::of<day_key>) {
    return hawser::table<day_key>("days", hawser::primary_key<&day_key::day>);
}

// Awaited later than it was called: what the call itself throws would never come here.
template <class Call>
task<errc> kind_from_the_task(Call call) {
    auto operation = call();
    const auto e = co_await error_of(std::move(operation));
    co_return e.kind();
}

} // namespace

TEST_CASE("a value that cannot be encoded is thrown by the task, not by the call", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        using namespace std::chrono;
        co_await db.create_tables<diary>();
        const year_month_day no_day = year{2026} / 2 / 30;
        hawser::repository<diary> diaries{db};
        diary bad;
        bad.day = no_day;
        const std::string one_of_days =
            is_postgres(db) ? "select id from diaries where day = any($1)"
                            : "select id from diaries where day in (select value from json_each($1))";
        std::vector<errc> kinds;
        const auto tried = [&](auto call) -> task<> {
            const errc kind = co_await kind_from_the_task(call);
            kinds.push_back(kind);
        };
        const auto insert = [&] { return diaries.insert(bad); };
        co_await tried(insert);
        const auto update = [&] { return diaries.update(bad); };
        co_await tried(update);
        const auto patch = [&] { return diaries.update(1, hawser::set<&diary::day>(no_day)); };
        co_await tried(patch);
        const auto where = [&] { return diaries.where(col<&diary::day> == no_day).all(); };
        co_await tried(where);
        const auto count = [&] { return diaries.where(col<&diary::day> == no_day).count(); };
        co_await tried(count);
        const auto erase = [&] { return diaries.where(col<&diary::day> == no_day).erase(); };
        co_await tried(erase);
        const auto update_where = [&] {
            return diaries.where(col<&diary::id> == 1).update(hawser::set<&diary::day>(no_day));
        };
        co_await tried(update_where);
        const auto plucked = [&] { return diaries.where(col<&diary::day> == no_day).pluck<&diary::id>(); };
        co_await tried(plucked);
        const auto selected = [&] {
            return diaries.where(col<&diary::day> == no_day).select<std::int64_t>(col<&diary::id>).all();
        };
        co_await tried(selected);
        auto rows = diaries.where(col<&diary::day> == no_day).stream(2);
        const auto streamed = [&] { return rows.next(); };
        co_await tried(streamed);
        const auto literal = [&] {
            return db.query<std::int64_t, "select id from diaries where day = $1">(no_day);
        };
        co_await tried(literal);
        const auto executed = [&] {
            return db.execute(hawser::sql("delete from diaries where day = $1"), no_day);
        };
        co_await tried(executed);
        const auto in_list = [&] {
            const std::vector<year_month_day> days{no_day};
            return db.query<std::int64_t>(hawser::sql(one_of_days), days);
        };
        co_await tried(in_list);
        const std::vector<diary> all{bad};
        const auto bulk = [&] { return diaries.bulk_insert(all); };
        co_await tried(bulk);
        hawser::unit_of_work unit{db};
        unit.insert(bad);
        unit.update<diary>(col<&diary::day> == no_day, hawser::set<&diary::text>("x"));
        const auto commit = [&] { return unit.commit(); };
        co_await tried(commit);
        CHECK(kinds == std::vector<errc>(kinds.size(), errc::out_of_range));
        const auto none = co_await diaries.count();
        CHECK(none == 0);
    });
}

TEST_CASE("a key that cannot be encoded is thrown by the task", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        using namespace std::chrono;
        co_await db.create_tables<day_key>();
        hawser::repository<day_key> days{db};
        const year_month_day no_day = year{2026} / 2 / 30;
        auto find = days.find(no_day);
        const auto of_find = co_await error_of(std::move(find));
        CHECK(of_find.kind() == errc::out_of_range);
        auto get = days.get(no_day);
        const auto of_get = co_await error_of(std::move(get));
        CHECK(of_get.kind() == errc::out_of_range);
        auto erase = days.erase(no_day);
        const auto of_erase = co_await error_of(std::move(erase));
        CHECK(of_erase.kind() == errc::out_of_range);
    });
}

TEST_CASE("a lock in a read-only transaction is refused in clear words", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin({.read_only = true});
        hawser::repository<position> positions{tx};
        const auto update = co_await error_of(positions.for_update().all());
        CHECK(update.kind() == errc::read_only);
        CHECK_THAT(update.what(), support::contains_text("need a transaction that may write"));
        const auto share = co_await error_of(positions.for_share().first());
        CHECK(share.kind() == errc::read_only);
        const auto still = co_await positions.count();
        CHECK(still == 0);
        co_await tx.rollback();
    });
}
