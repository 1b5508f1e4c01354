// What PostgreSQL calls its own things by, in the rows of one's own SQL: numbers and names.
#include "fixture.hpp"
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

using hawser::errc;
using hawser::task;
using market::error_of;
using market::on_postgres;

namespace {

using names = std::tuple<std::string, std::string, std::string, std::string, std::string, std::string,
                         std::string, std::string, std::string, std::string, std::string>;

// The second time they are prepared, and may come in binary form.
template <class Body>
task<> twice_each(hawser::database& db, Body body) {
    for (int turn = 0; turn < 2; ++turn) co_await body(db);
    hawser::transaction tx = co_await db.begin();
    for (int turn = 0; turn < 2; ++turn) co_await body(tx);
    co_await tx.rollback();
}

} // namespace

TEST_CASE("a reg... is the name that the server gives it, and a number by a cast", "[postgres][types]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        fresh.look().exec(R"(create schema app; create table app."Odd name" (a int))");
        const auto body = [](const hawser::executor_ref& on) -> task<> {
            const auto all = co_await on.query_one<
                names,
                R"(select 'pg_class'::regclass, 'app."Odd name"'::regclass, 'int8'::regtype, 'version'::regproc,
                          'lower(text)'::regprocedure, '||/'::regoper, '+(int4,int4)'::regoperator,
                          'pg_catalog'::regnamespace, 'english'::regconfig, 'simple'::regdictionary,
                          '"C"'::regcollation)">();
            CHECK(all == names{"pg_class", "app.\"Odd name\"", "bigint", "version", "lower(text)", "||/",
                               "+(integer,integer)", "pg_catalog", "english", "simple", "\"C\""});
            const auto role = co_await on.query_one<std::string, "select current_user::text::regrole">();
            const auto user = co_await on.query_one<std::string, "select quote_ident(current_user)">();
            CHECK(role == user);
            const auto none = co_await on.query_one<std::optional<std::string>, "select null::regclass">();
            CHECK(!none);
            const auto gone = co_await on.query_one<std::string, "select 4000000000::oid::regclass">();
            CHECK(gone == "4000000000");
            const auto many =
                co_await on.query_one<std::string, "select array['pg_class', 'pg_type']::regclass[]">();
            CHECK(many == "{pg_class,pg_type}");
            const auto number = co_await on.query_one<std::int64_t, "select 'pg_class'::regclass::oid">();
            CHECK(number == 1259);
            const auto e =
                co_await error_of(on.query_one<std::int64_t, "select 'pg_class'::regclass as of">());
            CHECK(e.kind() == errc::type_mismatch);
            const auto bound =
                co_await on.query_one<bool, "select 'pg_class'::regclass = $1::regclass">("pg_class");
            CHECK(bound);
            const auto counted = co_await on.query_one<bool, "select 'pg_class'::regclass = $1">(1259);
            CHECK(counted);
        };
        co_await twice_each(db, body);
    });
}

TEST_CASE("an oid and the numbers of transactions are numbers, in rows and as arguments",
          "[postgres][types]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        fresh.look().exec("create table t (n int8); insert into t values (7)");
        const auto body = [](const hawser::executor_ref& on) -> task<> {
            using found = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>;
            const auto [maker, order, table, place] =
                co_await on.query_one<found, "select xmin, cmin, tableoid, ctid from t">();
            CHECK(maker > 2);
            CHECK(order == 1); // behind the CREATE TABLE
            CHECK(place == "(0,1)");
            const auto by_maker =
                co_await on.query_one<std::int64_t, "select n from t where xmin = $1 and cmin = $2 and "
                                                    "tableoid = $3">(maker, order, table);
            CHECK(by_maker == 7);
            const auto by_place =
                co_await on.query_one<std::int64_t, "select n from t where ctid = $1">(place);
            CHECK(by_place == 7);
            const auto now = co_await on.query_one<std::int64_t, "select pg_current_xact_id()">();
            CHECK(now > maker);
            const auto status = co_await on.query_one<std::string, "select pg_xact_status($1)">(maker);
            CHECK(status == "committed");
            using ends = std::tuple<std::int64_t, std::int64_t, std::string>;
            const auto last =
                co_await on.query_one<ends, "select '4294967295'::oid, '9223372036854775807'::xid8, "
                                            "'18446744073709551615'::xid8">();
            CHECK(last ==
                  ends{4'294'967'295, std::numeric_limits<std::int64_t>::max(), "18446744073709551615"});
        };
        co_await twice_each(db, body);
    });
}
