// clear_statement_cache(): what is prepared is closed, and prepared anew when it is next used.
#include "fixture.hpp"
#include "wire.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>

using namespace boost::asio::experimental::awaitable_operators;
using namespace market;
using hawser::engine::verb;
using support::question;
using wire::described;
using wire::kind_of;
using wire::known_statement;
using wire::talk;
namespace pg = support::pg;

namespace {

const std::string sql = "insert into t values ($1)";
const std::string other = "delete from t where v = $1";

question forgetting() {
    question q(hawser::engine::batch_mode::read);
    q.job->what = verb::forget_statements;
    return q;
}
std::string cold(const std::string& name, const std::string& text, std::int64_t v) {
    return pg::parse(name, text, {wire::int8}) + pg::describe('S', name) + pg::bind("", name, {pg::int8(v)}) +
           pg::execute() + pg::sync();
}
std::string warm(const std::string& name, std::int64_t v) {
    return pg::bind("", name, {pg::int8(v)}) + pg::execute() + pg::sync();
}
std::string first_done(std::string_view tag) {
    return wire::first_done(tag, 'I', {wire::int8});
}

const std::string counting = "select count(*) from pg_prepared_statements where statement like '%marked%'";

} // namespace

TEST_CASE(
    "all statements that a connection has prepared are closed at once, and prepared anew under other names",
    "[postgres]") {
    talk t;
    const known_statement insert(sql), erase(other);
    t.ask(insert.with(1));
    t.ask(erase.with(1));
    static_cast<void>(t.said());
    REQUIRE(t.hear(first_done("INSERT 0 1") + first_done("DELETE 1")));
    const auto q = forgetting();
    const auto behind = insert.with(2);
    t.ask(q);
    t.ask(behind);
    CHECK(pg::hex(t.said()) ==
          pg::hex(pg::close('S', "s1") + pg::close('S', "s2") + pg::sync() + cold("s3", sql, 2)));
    CHECK(t.hear(pg::close_complete() + pg::close_complete()));
    CHECK(!t.has_ended(q));
    CHECK(t.hear(pg::ready() + first_done("INSERT 0 1")));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
    REQUIRE(t.has_ended(behind));
    CHECK(kind_of(behind.job->failure) == "none");
    t.ask(insert.with(3));
    CHECK(pg::hex(t.said()) == pg::hex(warm("s3", 3)));
}

TEST_CASE("statements that are under way when they are forgotten end as they would have", "[postgres]") {
    talk t;
    const known_statement insert(sql), erase(other);
    t.ask(insert.with(1));
    static_cast<void>(t.said());
    REQUIRE(t.hear(first_done("INSERT 0 1")));
    const auto bound = insert.with(2);
    const auto parsing = erase.with(2);
    const auto q = forgetting();
    for (const question* one : {&bound, &parsing, &q}) t.ask(*one);
    CHECK(pg::hex(t.said()) == pg::hex(warm("s1", 2) + cold("s2", other, 2) + pg::close('S', "s1") +
                                       pg::close('S', "s2") + pg::sync()));
    CHECK(t.hear(wire::done("INSERT 0 1") + first_done("DELETE 1") + pg::close_complete() +
                 pg::close_complete() + pg::ready()));
    for (const question* one : {&bound, &parsing, &q}) {
        REQUIRE(t.has_ended(*one));
        CHECK(kind_of(one->job->failure) == "none");
    }
    CHECK(t->in_flight() == 0);
}

TEST_CASE("where nothing is prepared there is nothing to close", "[postgres]") {
    talk t;
    const auto q = forgetting();
    t.ask(q);
    CHECK(pg::hex(t.said()) == pg::hex(pg::sync()));
    CHECK(t.hear(pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "none");
}

TEST_CASE("a session clears the statements of its own connection, also within a failed transaction",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::session s = co_await db.session();
        const hawser::sql marked("select 1::bigint as marked");
        const hawser::sql count(counting);
        co_await s.query_one<std::int64_t>(marked);
        const auto before = co_await s.query_one<std::int64_t>(count);
        CHECK(before == 2); // itself too
        co_await s.clear_statement_cache();
        const auto after = co_await s.query_one<std::int64_t>(count);
        CHECK(after == 1);
        auto tx = co_await s.begin();
        co_await tx.query_one<std::int64_t>(marked);
        const auto e = co_await error_of(tx.execute(hawser::sql("select 1/0")));
        CHECK(e.info().sqlstate == "22012");
        co_await s.clear_statement_cache();
        co_await tx.rollback();
        const auto in_the_end = co_await s.query_one<std::int64_t>(count);
        CHECK(in_the_end == 1);
        const auto again = co_await s.query_one<std::int64_t>(marked);
        CHECK(again == 1);
        co_await s.close();
        const auto late = co_await error_of(s.clear_statement_cache());
        CHECK(late.id() == "DB_TXN_001");
    });
}

TEST_CASE("a database clears the statements of all its connections, shared and lent", "[postgres]") {
    NEED_POSTGRES();
    const hawser::open_options one{.pool = {.max_connections = 2, .shared_connections = 1}};
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            const hawser::sql marked("select 1::bigint as marked");
            const hawser::sql count(counting);
            hawser::session s = co_await db.session();
            co_await s.query_one<std::int64_t>(marked);
            co_await db.query_one<std::int64_t>(marked);
            co_await db.clear_statement_cache();
            const auto lent = co_await s.query_one<std::int64_t>(count);
            CHECK(lent == 1); // itself
            const auto shared = co_await db.query_one<std::int64_t>(count);
            CHECK(shared == 1);
            const auto again = co_await db.query_one<std::int64_t>(marked);
            CHECK(again == 1);
            co_await s.close();
            co_await db.close();
            const auto late = co_await error_of(db.clear_statement_cache());
            CHECK(late.kind() == hawser::errc::closed);
        },
        one);
}

TEST_CASE("a stream and a bulk call go on although their statements are cleared", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        std::vector<position> many(3000);
        for (std::size_t i = 0; i < many.size(); ++i) many[i] = make_position("P" + std::to_string(i));
        hawser::session s = co_await db.session();
        const hawser::repository<position> positions{s};
        const auto filling = [&]() -> task<> {
            const auto ids = co_await positions.bulk_insert(many);
            CHECK(ids.size() == many.size());
        };
        const auto clearing = [&]() -> task<> { co_await s.clear_statement_cache(); };
        co_await (filling() && clearing());
        auto tx = co_await s.begin();
        auto rows = hawser::repository<position>{tx}.order_by(hawser::asc<&position::id>).stream(2);
        for (int seen = 0; seen < 7; ++seen) {
            const position* p = co_await rows.next();
            REQUIRE(p != nullptr);
            CHECK(p->symbol == many[static_cast<std::size_t>(seen)].symbol);
            co_await s.clear_statement_cache();
        }
        co_await tx.rollback();
        co_await s.close();
    });
}

TEST_CASE("on SQLite there are no statements to clear, and a closed database says so", "[postgres]") {
    on_market([](hawser::database& db) -> task<> {
        co_await db.clear_statement_cache();
        {
            hawser::session s = co_await db.session();
            co_await s.clear_statement_cache();
            co_await s.close();
            const auto late = co_await error_of(s.clear_statement_cache());
            CHECK(late.id() == "DB_TXN_001");
        }
        co_await db.close();
        const auto late = co_await error_of(db.clear_statement_cache());
        CHECK(late.kind() == hawser::errc::closed);
    });
}
