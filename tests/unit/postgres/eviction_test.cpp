// Which statements a connection forgets: those that the server has not, or not so, and no others.
#include "fixture.hpp"
#include "wire.hpp"

using namespace market;
using hawser::errc;
using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using wire::described;
using wire::kind_of;
using wire::known_statement;
using wire::talk;
namespace pg = support::pg;

namespace {

constexpr std::uint32_t int8 = wire::int8;
const std::string sql = "insert into t values ($1)";

std::string outdated(char status) {
    return pg::error({{'S', "ERROR"},
                      {'V', "ERROR"},
                      {'C', "0A000"},
                      {'M', "cached plan must not change result type"},
                      {'R', "RevalidateCachedQuery"}}) +
           pg::ready(status);
}
std::string cold(const std::string& name, std::int64_t v) {
    return pg::parse(name, sql, {int8}) + pg::describe('S', name) + pg::bind("", name, {pg::int8(v)}) +
           pg::execute() + pg::sync();
}
std::string warm(const std::string& name, std::int64_t v) {
    return pg::bind("", name, {pg::int8(v)}) + pg::execute() + pg::sync();
}
const std::string inserted = wire::first_done("INSERT 0 1", 'I', {int8});

question control(verb what) {
    question q(batch_mode::atomic);
    q.job->what = what;
    return q;
}
// In a transaction of a lease's, where the statement is known already, as s1.
struct leased : talk {
    explicit leased(const known_statement& known, std::size_t statements = 256) : talk(statements) {
        (*this)->lend(true);
        ask(known.with(1));
        REQUIRE(said() == cold("s1", 1));
        REQUIRE(hear(inserted));
        ask(control(verb::begin));
        static_cast<void>(said());
        REQUIRE(hear(wire::first_done("BEGIN", 'T')));
    }
    void roll_back() {
        ask(control(verb::rollback), true);
        static_cast<void>(said());
        REQUIRE(hear(wire::first_done("ROLLBACK")));
    }
};

} // namespace

TEST_CASE(
    "a name that the server has of somebody else's is left to them: the statement goes again by another",
    "[postgres]") {
    talk t;
    const known_statement insert(sql);
    const auto q = insert.with(1);
    t.ask(q);
    CHECK(pg::hex(t.said()) == pg::hex(cold("s1", 1)));
    CHECK(t.hear(pg::error("42P05", "prepared statement \"s1\" already exists") + pg::ready()));
    CHECK(!t.has_ended(q));
    CHECK(pg::hex(t.said()) == pg::hex(cold("s2", 1))); // and no Close of s1
    SECTION("and that is free") {
        CHECK(t.hear(inserted));
        REQUIRE(t.has_ended(q));
        CHECK(kind_of(q.job->failure) == "none");
        const auto next = insert.with(2);
        t.ask(next);
        CHECK(pg::hex(t.said()) == pg::hex(warm("s2", 2)));
    }
    SECTION("once") {
        CHECK(t.hear(pg::error("42P05", "prepared statement \"s2\" already exists") + pg::ready()));
        REQUIRE(t.has_ended(q));
        CHECK(support::error_in(q.job->failure).info().sqlstate == "42P05");
        t.ask(insert.with(2));
        CHECK(pg::hex(t.said()) == pg::hex(cold("s3", 2)));
    }
}

TEST_CASE("a plan that is outdated within a transaction fails it, and is made anew behind it", "[postgres]") {
    const known_statement insert(sql);
    leased t(insert);
    const auto q = insert.with(2);
    t.ask(q, true);
    CHECK(pg::hex(t.said()) == pg::hex(warm("s1", 2)));
    CHECK(t.hear(pg::bind_complete() + outdated('E')));
    REQUIRE(t.has_ended(q));
    CHECK(support::error_in(q.job->failure).info().sqlstate == "0A000");
    CHECK(t.said().empty());
    t.ask(control(verb::rollback), true);
    CHECK(t.said().starts_with(pg::close('S', "s1")));
    CHECK(t.hear(pg::close_complete() + wire::first_done("ROLLBACK")));
    const auto next = insert.with(3);
    t.ask(next);
    CHECK(pg::hex(t.said()) == pg::hex(cold("s4", 3)));
    CHECK(t.hear(inserted));
    CHECK(kind_of(next.job->failure) == "none");
}

TEST_CASE("a statement that was parsed and could not be described is closed, and prepared anew the next time",
          "[postgres]") {
    talk t;
    const known_statement insert(sql);
    const auto q = insert.with(1);
    t.ask(q);
    static_cast<void>(t.said());
    CHECK(t.hear(pg::parse_complete() + pg::error("42P01", "relation \"t\" does not exist") + pg::ready()));
    REQUIRE(t.has_ended(q));
    CHECK(kind_of(q.job->failure) == "undefined_object");
    t.ask(insert.with(2));
    CHECK(pg::hex(t.said()) == pg::hex(pg::close('S', "s1") + cold("s2", 2)));
}

TEST_CASE("what a failed transaction refuses stays prepared", "[postgres]") {
    const known_statement insert(sql);
    leased t(insert);
    const auto bad = support::write("bad");
    t.ask(bad, true);
    static_cast<void>(t.said());
    CHECK(t.hear(pg::error("42601", "bad") + pg::ready('E')));
    const auto q = insert.with(2);
    t.ask(q, true);
    CHECK(pg::hex(t.said()) == pg::hex(warm("s1", 2)));
    CHECK(t.hear(pg::error("25P02", "current transaction is aborted") + pg::ready('E')));
    REQUIRE(t.has_ended(q));
    t.roll_back();
    t.ask(insert.with(3));
    CHECK(pg::hex(t.said()) == pg::hex(warm("s1", 3)));
}

TEST_CASE("the Close of a statement that the server has passed over is sent again", "[postgres]") {
    talk t(2);
    const known_statement insert(sql);
    t.ask(insert.with(1));
    static_cast<void>(t.said());
    REQUIRE(t.hear(inserted));
    // Two statements that are new push the known one out, in a batch whose first fails.
    question q(batch_mode::atomic);
    q.add("insert into a values (1)").add("insert into b values (1)");
    t.ask(q);
    const std::string bytes = t.said();
    const auto close = bytes.find(pg::close('S', "s1"));
    REQUIRE(close != std::string::npos);
    REQUIRE(close > bytes.find("insert into a"));
    CHECK(t.hear(pg::error("42P01", "no a") + pg::ready()));
    REQUIRE(t.has_ended(q));
    t.ask(support::write("insert into c values (1)"));
    CHECK(t.said().starts_with(pg::close('S', "s1")));
}

TEST_CASE("a table that changes under a query that is prepared does not fail it", "[postgres]") {
    NEED_POSTGRES();
    const hawser::open_options one{.pool = {.max_connections = 2, .shared_connections = 1}};
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            fresh.look().exec("create table wide (a bigint); insert into wide values (7)");
            const hawser::sql all("select * from wide");
            for (int i = 0; i < 2; ++i) {
                const auto before = co_await db.query(all);
                CHECK(before[0].size() == 1);
            }
            fresh.look().exec("alter table wide add b text default 'x'");
            const auto after = co_await db.query(all);
            CHECK(after[0].size() == 2);
            fresh.look().exec("alter table wide alter a type text");
            const auto changed = co_await db.query(all);
            CHECK(changed[0]["a"].as<std::string>() == "7");
        },
        one);
}

TEST_CASE("a table that changes under a query of a transaction fails that, and no later one", "[postgres]") {
    NEED_POSTGRES();
    const hawser::open_options one{.pool = {.max_connections = 2, .shared_connections = 1}};
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            fresh.look().exec("create table wide (a bigint); insert into wide values (7)");
            const hawser::sql all("select * from wide");
            {
                auto tx = co_await db.begin();
                co_await tx.query(all);
                co_await tx.commit();
            }
            fresh.look().exec("alter table wide add b text default 'x'");
            auto failing = co_await db.begin(); // on the same connection
            const auto e = co_await error_of(failing.query(all));
            CHECK(e.info().sqlstate == "0A000");
            co_await failing.rollback();
            auto next = co_await db.begin();
            const auto after = co_await next.query(all);
            CHECK(after[0].size() == 2);
            co_await next.commit();
        },
        one);
}

TEST_CASE("a name that somebody has taken on the connection is no failure", "[postgres]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::session s = co_await db.session();
        std::string takes;
        for (int i = 1; i < 40; ++i)
            takes += "prepare s" + std::to_string(i) + " as select " + std::to_string(i) + ";";
        co_await s.run_script("deallocate all; " + takes);
        const auto e = co_await error_of(s.query_one<std::int64_t>(hawser::sql("select 100::bigint")));
        CHECK(e.info().sqlstate == "42P05"); // both names that it tries are taken
        for (int i = 0; i < 40; ++i) {
            const auto r =
                co_await hawser::as_result(s.query_one<std::int64_t>(hawser::sql("select 100::bigint")));
            if (r.has_error()) continue;
            CHECK(r.value() == 100);
            break;
        }
        const auto n = co_await s.query_one<std::int64_t>(hawser::sql("select 100::bigint"));
        CHECK(n == 100);
        co_await s.close();
    });
}
