// The driver as its engine's users see it, against a real server.
#include "support/catch.hpp"
#include "support/jobs.hpp"
#include "support/postgres_cluster.hpp"
#include <chrono>
#include <hawser/db/run.hpp>
#include <hawser/postgres/engine.hpp>

using hawser::errc;
using hawser::engine::verb;
using support::begin;
using support::on_lease;
using support::read;
using support::write;

namespace {

hawser::postgres::settings settings_for(
    const support::fresh_database& fresh,
    support::fresh_database::by way = support::fresh_database::by::socket) {
    const auto where = fresh.address(way);
    hawser::postgres::settings s;
    s.endpoints = {{.host = where.host, .port = where.port}};
    s.user = where.user;
    s.database = where.database;
    if (way == support::fresh_database::by::tcp) s.ssl = hawser::postgres::ssl_mode::disable;
    return s;
}

// Runs what it is given on one context, so that connections last.
template <class Body>
void with_engine(Body body, support::fresh_database::by way = support::fresh_database::by::socket) {
    const support::fresh_database fresh;
    const auto engine = hawser::postgres::open(settings_for(fresh, way));
    body(engine, fresh);
    support::close(engine);
}

} // namespace

TEST_CASE("statements run on a PostgreSQL server, by socket and by TCP", "[postgres]") {
    NEED_POSTGRES();
    const auto way = GENERATE(support::fresh_database::by::socket, support::fresh_database::by::tcp);
    with_engine(
        [](const support::engine_ptr& e, const support::fresh_database&) {
            support::ask(
                e, support::script(
                       "create table t (id bigint primary key, v text); insert into t values (0, 'z')"));
            support::ask(e, write("insert into t values ($1, $2)", 1, "one"));
            support::ask(e, write("insert into t values ($1, $2)", 2, std::nullopt));
            auto q = read("select id, v from t order by id");
            support::ask(e, q);
            CHECK(q.rows().columns == std::vector<std::string>{"id", "v"});
            CHECK(q.rows().rows ==
                  std::vector<std::vector<std::string>>{{"0", "z"}, {"1", "one"}, {"2", "NULL"}});
            CHECK(support::answer(e, read("select v from t where id = $1", 1)) == "one");
            const auto twice = support::error_of(e, write("insert into t values ($1, $2)", 1, "again"));
            CHECK(twice.kind() == errc::unique_violation);
            CHECK(twice.info().sqlstate == "23505");
        },
        way);
}

TEST_CASE("a statement whose server has gone away fails, and the next one finds it again", "[postgres]") {
    NEED_POSTGRES();
    with_engine([](const support::engine_ptr& e, const support::fresh_database& fresh) {
        CHECK(support::answer(e, read("select 1")) == "1");
        fresh.cluster().terminate_all(fresh.name());
        CHECK(support::answer(e, read("select 2")) == "2");
    });
}

TEST_CASE("a transaction on a lease of PostgreSQL commits, rolls back, and goes back to a savepoint",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    const auto e = hawser::postgres::open(settings_for(fresh));
    auto main = [&]() -> hawser::task<> {
        co_await support::send(e, support::script("create table t (v bigint)").job);
        {
            const auto lease = e->make_lease("one", false);
            co_await support::send(e, begin(lease).job);
            co_await support::send(e, on_lease(lease, write("insert into t values (1)")).job);
            co_await support::send(e, on_lease(lease, verb::savepoint, 1).job);
            co_await support::send(e, on_lease(lease, write("insert into t values (2)")).job);
            co_await support::send(e, on_lease(lease, verb::rollback_to, 1).job);
            co_await support::send(e, on_lease(lease, verb::commit).job);
        }
        {
            const auto lease = e->make_lease("two", false);
            co_await support::send(e, begin(lease).job);
            co_await support::send(e, on_lease(lease, write("insert into t values (3)")).job);
        } // dropped
        auto q = read("select string_agg(v::text, ',' order by v) from t");
        co_await support::send(e, q.job);
        CHECK(q.rows().rows[0][0] == "1");
    };
    hawser::run(main());
    support::close(e);
}
