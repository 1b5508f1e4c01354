#include "on_each_market.hpp"

using namespace market;
using hawser::errc;
using price = hawser::decimal<18, 8>;

namespace {

struct volume {
    std::string symbol{};
    price total{};
};
BOOST_DESCRIBE_STRUCT(volume, (), (symbol, total))

// Ten trades of A (1..10) and five of B (11..15), in one position.
task<std::int64_t> fill(hawser::database db) {
    hawser::repository<position> positions{db};
    position p = make_position("P");
    co_await positions.insert(p);
    hawser::repository<trade> trades{db};
    std::vector<trade> rows;
    for (int i = 1; i <= 15; ++i)
        rows.push_back(make_trade(p.id, i <= 10 ? "A" : "B", std::to_string(i).c_str(), i));
    co_await trades.bulk_insert(rows);
    co_return p.id;
}

} // namespace

TEST_CASE("where, order_by, limit and offset pick the rows they say", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto top = co_await trades.where(col<&trade::symbol> == "A" && col<&trade::price> > 3)
                             .order_by(hawser::desc<&trade::price>)
                             .limit(3)
                             .all();
        REQUIRE(top.size() == 3);
        CHECK(top[0].price == price(10));
        CHECK(top[2].price == price(8));
        const auto next = co_await trades.order_by(hawser::asc<&trade::price>).limit(2).offset(4).all();
        REQUIRE(next.size() == 2);
        CHECK(next[0].price == price(5));
        const auto skipped = co_await trades.order_by(hawser::asc<&trade::price>).offset(13).all();
        CHECK(skipped.size() == 2);
        const auto seen1 = co_await trades.limit(-5).all();
        CHECK((seen1).empty());
    });
}

TEST_CASE("every predicate agrees with the same test in memory", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto id = co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto rows = co_await trades.all();
        const auto count = [&](auto test) { return std::count_if(rows.begin(), rows.end(), test); };
        using r = const trade&;
        const auto seen2 =
            co_await trades.where(col<&trade::price> >= 4 || col<&trade::symbol> != "A").count();
        CHECK(seen2 == count([](r t) { return t.price >= 4 || t.symbol != "A"; }));
        const auto seen3 = co_await trades.where(!(col<&trade::price> < 4)).count();
        CHECK(seen3 == count([](r t) { return !(t.price < 4); }));
        const auto seen4 = co_await trades.where(col<&trade::price>.between(3, 12)).count();
        CHECK(seen4 == count([](r t) { return t.price >= 3 && t.price <= 12; }));
        const auto seen5 = co_await trades.where(col<&trade::price>.in(2, 4, 99)).count();
        CHECK(seen5 == 2);
        const auto seen6 = co_await trades.where(col<&trade::symbol>.in("B", "it's \"quoted\"")).count();
        CHECK(seen6 == 5);
        const auto seen7 = co_await trades.where(col<&trade::symbol>.in(std::vector<std::string>{})).count();
        CHECK(seen7 == 0);
        const auto seen8 = co_await trades.where(col<&trade::fee>.is_null()).count();
        CHECK(seen8 == 15);
        const auto seen9 = co_await trades.where(col<&trade::fee>.is_not_null()).count();
        CHECK(seen9 == 0);
        const auto seen10 = co_await trades.where(col<&trade::symbol>.ilike("a%")).count();
        CHECK(seen10 == 10);
        const auto seen11 = co_await trades.where(col<&trade::quantity> * col<&trade::price> == 49).count();
        CHECK(seen11 == 1);
        const auto seen12 =
            co_await trades.where(col<&trade::quantity> + col<&trade::price> - 1 > 28).count();
        CHECK(seen12 == 1);
        const auto seen13 =
            co_await trades.where(col<&trade::side> == side::buy && col<&trade::position_id> == id).count();
        CHECK(seen13 == 15);
        const auto seen14 = co_await trades.where(col<&trade::created_at> > hawser::timestamp{}).exists();
        CHECK(seen14);
        const auto seen15 = co_await trades.where(col<&trade::settled> == true).exists();
        CHECK_FALSE(seen15);
    });
}

TEST_CASE("one wants exactly one row, first at most one", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto seen16 = co_await trades.where(col<&trade::price> == 7).one();
        CHECK((seen16).price == price(7));
        const auto seen17 = co_await error_of(trades.where(col<&trade::price> == 70).one());
        CHECK((seen17).kind() == errc::not_found);
        const auto seen18 = co_await error_of(trades.where(col<&trade::symbol> == "A").one());
        CHECK((seen18).kind() == errc::too_many_rows);
        const auto seen19 = co_await trades.order_by(hawser::desc<&trade::price>).first();
        CHECK((seen19)->price == price(15));
        const auto seen20 = co_await trades.where(col<&trade::price> == 70).first();
        CHECK_FALSE((seen20).has_value());
    });
}

TEST_CASE("first and one keep the query's own limit and offset", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto fourth = co_await trades.order_by(hawser::asc<&trade::price>).offset(3).first();
        REQUIRE(fourth.has_value());
        CHECK(fourth->price == price(4));
        const auto none = co_await trades.limit(0).first();
        CHECK_FALSE(none.has_value());
        const auto last = co_await trades.order_by(hawser::asc<&trade::price>).offset(14).one();
        CHECK(last.price == price(15));
        const auto two = co_await error_of(trades.offset(13).one());
        CHECK(two.kind() == errc::too_many_rows);
    });
}

TEST_CASE("update and erase by condition count their rows", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        hawser::repository<trade> trades{db};
        const auto seen21 = co_await trades.where(col<&trade::symbol> == "B")
                                .update(hawser::set<&trade::settled>(true), hawser::set<&trade::fee>(0.5));
        CHECK(seen21 == 5);
        const auto seen22 =
            co_await trades.where(col<&trade::settled> == true && col<&trade::fee> == 0.5).count();
        CHECK(seen22 == 5);
        const auto seen23 = co_await trades.where(col<&trade::price> > 13).erase();
        CHECK(seen23 == 2);
        const auto seen24 = co_await trades.where(col<&trade::price> > 13).erase();
        CHECK(seen24 == 0);
        const auto seen25 = co_await trades.update(hawser::all_rows, hawser::set<&trade::settled>(false));
        CHECK(seen25 == 13);
        const auto seen26 = co_await trades.erase(hawser::all_rows);
        CHECK(seen26 == 13);
        const auto seen27 = co_await trades.count();
        CHECK(seen27 == 0);
    });
}

TEST_CASE("raw SQL fills structs by name, scalars, optionals and tuples", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        // [raw-sql]
        const auto since = hawser::parse_timestamp("2020-01-01");
        const auto r =
            co_await db
                .query<volume, "select sum(quantity) as total, symbol from trades where executed_at > $1 "
                               "group by symbol order by symbol">(since);
        REQUIRE(r.size() == 2);
        // [/raw-sql]
        CHECK(r[0].symbol == "A");
        CHECK(r[0].total == price(55));
        CHECK(r[1].total == price(65));
        const auto seen28 = co_await db.query_one<std::int64_t, "select count(*) from trades">();
        CHECK(seen28 == 15);
        const auto none =
            co_await db.query_optional<std::string, "select symbol from trades where price > $1">(price(99));
        CHECK_FALSE(none.has_value());
        const auto seen29 =
            co_await db.query_one<std::optional<price>, "select max(price) from trades where symbol = $1">(
                "C");
        CHECK_FALSE((seen29).has_value());
        const auto [n, best] =
            co_await db
                .query_one<std::tuple<std::int64_t, price>, "select count(*), max(price) from trades">();
        CHECK(n == 15);
        CHECK(best == price(15));
        const auto seen30 = co_await db.execute<"delete from trades where symbol = $1">("A");
        CHECK(seen30 == 10);
        const auto seen31 = co_await error_of(db.query_one<std::int64_t, "select id from trades">());
        CHECK((seen31).kind() == errc::too_many_rows);
        const auto seen32 =
            co_await error_of(db.query_one<std::int64_t, "select id from trades where id < 0">());
        CHECK((seen32).kind() == errc::not_found);
    });
}

TEST_CASE("text of run time is bound the same way and checked when it is sent", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        const hawser::sql by_symbol(
            "select symbol, sum(quantity) as total from trades where symbol = $1 group by symbol");
        const auto r = co_await db.query<volume>(by_symbol, "B");
        REQUIRE(r.size() == 1);
        CHECK(r[0].total == price(65));
        const std::string hostile = "B'; drop table trades; --";
        const auto seen33 = co_await db.query<volume>(by_symbol, hostile);
        CHECK((seen33).empty());
        const auto seen34 =
            co_await db.execute(hawser::sql("update trades set settled = $1 where symbol = $2"), true, "A");
        CHECK(seen34 == 10);

        const auto kind = [&](const char* text) -> task<errc> {
            co_return (co_await error_of(db.execute(hawser::sql(text)))).kind();
        };
        const auto seen35 = co_await kind("select $1");
        CHECK(seen35 == errc::syntax_error);
        const auto seen36 = co_await kind("select ?");
        CHECK(seen36 == errc::syntax_error);
        const auto seen37 = co_await kind("select 'open");
        CHECK(seen37 == errc::syntax_error);
        const auto seen38 = co_await kind("delete from trades; delete from positions");
        CHECK(seen38 == errc::permission_denied);
        const auto seen39 = co_await kind("begin");
        CHECK(seen39 == errc::permission_denied);
        const auto seen40 = co_await kind("selec 1");
        CHECK(seen40 == errc::syntax_error);
        const auto seen41 = co_await kind("select * from nowhere");
        CHECK(seen41 == errc::undefined_object);
        const auto seen42 = co_await kind("");
        CHECK(seen42 == errc::syntax_error);
        const auto seen43 =
            co_await error_of(db.query<volume>(hawser::sql("select symbol, quantity from trades")));
        CHECK((seen43).kind() == errc::type_mismatch);
        const auto seen44 = co_await hawser::repository<trade>{db}.count();
        CHECK(seen44 == 15);
    });
}

TEST_CASE("a syntax error tells where", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto e = co_await error_of(db.execute(hawser::sql("select symbol fro trades")));
        CHECK(e.id() == "DB_QRY_001");
        REQUIRE(e.info().position.has_value());
        CHECK(*e.info().position == 18);
        CHECK(e.info().sql == "select symbol fro trades");
    });
}

TEST_CASE("decimal sums and products of the database are exact", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db);
        const hawser::sql volume_text(
            is_postgres(db) ? "select round(sum(price * quantity), 8)::text from trades"
                            : "select dec_text(dec_sum(dec_mul(price, quantity, 8)), 8) from trades");
        const auto seen45 = co_await db.query_one<std::string>(volume_text);
        CHECK(seen45 == "1240.00000000");
    });
}

TEST_CASE("a script is stored whole or not at all", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const std::string strict = is_postgres(db) ? "" : " strict";
        co_await db.run_script("create table t (a integer)" + strict +
                               "; insert into t values (1); insert into t values (2);");
        const auto seen46 = co_await db.query_one<std::int64_t, "select sum(a) from t">();
        CHECK(seen46 == 3);
        const auto e = co_await error_of(
            db.run_script("insert into t values (3); insert into t values ('x'); insert into t values (4)"));
        CHECK(e.kind() == errc::type_mismatch);
        const auto seen47 = co_await db.query_one<std::int64_t, "select count(*) from t">();
        CHECK(seen47 == 2);
    });
}

TEST_CASE("more rows than one undo the statement that wrote them, on PostgreSQL in a savepoint only",
          "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        co_await fill(db);
        const auto settled = [](const hawser::executor_ref& on) {
            return on.query_one<std::int64_t, "select count(*) from trades where settled">();
        };
        const auto e =
            co_await error_of(db.query_one<std::int64_t, "update trades set settled = true returning id">());
        CHECK(e.kind() == errc::too_many_rows);
        CHECK(e.may_have_executed() == is_postgres(db));
        const auto undo = is_postgres(db) ? "update trades set settled = false" : "select 1";
        const auto none = co_await error_of(
            db.query_optional<std::int64_t>(hawser::sql("update trades set settled = true returning id")));
        CHECK(none.kind() == errc::too_many_rows);
        const auto alone = co_await settled(db);
        CHECK(alone == (is_postgres(db) ? 15 : 0));
        co_await db.execute(hawser::sql(undo));
        const auto one =
            co_await db
                .query_one<std::int64_t, "update trades set settled = true where id = 1 returning id">();
        CHECK(one == 1);

        hawser::transaction tx = co_await db.begin();
        co_await tx.execute<"update trades set settled = true where id = 2">();
        const auto too_many = [](hawser::transaction& in) -> task<> {
            co_await in.query_one<std::int64_t, "update trades set settled = true returning id">();
        };
        const auto in_tx = co_await error_alone(tx, too_many);
        CHECK(in_tx.kind() == errc::too_many_rows);
        co_await tx.commit();
        const auto two = co_await settled(db);
        CHECK(two == 2);

        hawser::session s = co_await db.session();
        const auto in_session =
            co_await error_of(s.query_one<std::int64_t, "update trades set settled = true returning id">());
        CHECK(in_session.kind() == errc::too_many_rows);
        const auto still = co_await settled(s);
        CHECK(still == (is_postgres(db) ? 15 : 2));
        co_await s.close();
    });
}
