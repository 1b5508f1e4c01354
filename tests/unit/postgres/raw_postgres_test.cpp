#include "support/catch.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include "support/raw_postgres.hpp"
#include <string>
#include <sys/socket.h>
#include <vector>

using support::fresh_database;
using support::postgres_failure;
using support::raw_postgres;
namespace pg = support::pg;

TEST_CASE("the raw client runs several statements and gives the rows of the last") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres look = db.look();
    using rows = std::vector<std::vector<std::string>>;
    CHECK(look.rows("select 1; select 2, null union all select 3, 'x' order by 1") ==
          rows{{"2", "NULL"}, {"3", "x"}});
    CHECK(look.text("select 1 where false").empty());
    CHECK(look.rows("") == rows{});
}

TEST_CASE("the raw client throws what the server says, and goes on") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres look = db.look();
    try {
        look.exec("select 1 / 0");
        FAIL("no failure");
    } catch (const postgres_failure& e) {
        CHECK(e.sqlstate() == "22012");
        CHECK(std::string(e.what()) == "division by zero");
    }
    CHECK(look.integer("select 5") == 5);
}

TEST_CASE("the raw client knows what a start-up told") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres look = db.look();
    CHECK(look.parameter("TimeZone") == "UTC");
    CHECK(look.integer("select pg_backend_pid()") == look.process());
    CHECK(look.secret() != 0);
}

TEST_CASE("bytes made by hand are what the server understands") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres look = db.look();

    SECTION("a statement is parsed, bound and executed in one round trip") {
        look.send(pg::parse("s", "select $1 + 1, $2", {20, 25}) + pg::describe('S', "s") +
                  pg::bind("", "s", {pg::int8(41), std::nullopt}) + pg::execute() + pg::sync());
        const auto answer = look.until_ready();
        CHECK(types_of(answer) == "1tT2DCZ");
        CHECK(answer[4].body == pg::data_row({pg::int8(42), std::nullopt}).substr(5));
        CHECK(answer[5].body == std::string("SELECT 1\0", 9));
        CHECK(answer[6].body == "I");
    }
    SECTION("an error is told with its fields, and what follows it is passed over") {
        look.send(pg::parse("", "select 1/0") + pg::bind("", "", {}) + pg::execute() + pg::execute() +
                  pg::sync());
        const auto answer = look.until_ready();
        CHECK(types_of(answer) == "1EZ");
        CHECK(field_of(answer[1], 'C') == "22012");
        CHECK(field_of(answer[1], 'V') == "ERROR");
        CHECK(field_of(answer[1], 'H').empty());
    }
    SECTION("rows are copied in") {
        look.exec("create table t (n int8)");
        look.send(pg::query("copy t from stdin (format binary)"));
        CHECK(look.receive().type == 'G');
        const std::string head("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
        look.send(pg::copy_data(head + pg::int2(1) + pg::int4(8) + pg::int8(7) + pg::int2(-1)) +
                  pg::copy_done());
        CHECK(types_of(look.until_ready()) == "CZ");
        CHECK(look.integer("select n from t") == 7);
    }
    SECTION("a query is cancelled") {
        look.send(pg::query("select pg_sleep(600)"));
        auto admin = db.cluster().admin();
        while (admin.integer("select count(*) from pg_stat_activity where wait_event = 'PgSleep' and pid = " +
                             std::to_string(look.process())) == 0) {}
        raw_postgres cancelling = raw_postgres::unstarted(db.address());
        cancelling.send(pg::cancel_request(look.process(), look.secret()));
        CHECK(cancelling.at_end());
        const auto answer = look.until_ready();
        CHECK(types_of(answer) == "TEZ");
        CHECK(field_of(answer[1], 'C') == "57014");
    }
    SECTION("a user that there is none of is refused") {
        raw_postgres stranger = raw_postgres::unstarted(db.address());
        stranger.send(pg::startup({{"user", "nobody of that name"}, {"database", db.name()}}));
        CHECK(stranger.receive().body == pg::authentication_ok().substr(5));
        const auto refused = stranger.receive();
        CHECK(refused.type == 'E');
        CHECK(field_of(refused, 'C') == "28000");
        CHECK(stranger.at_end());
    }
    SECTION("a server without certificates does not encrypt") {
        raw_postgres asking = raw_postgres::unstarted(db.address(fresh_database::by::tcp));
        asking.send(pg::ssl_request());
        char answer = 0;
        CHECK(::recv(asking.descriptor(), &answer, 1, 0) == 1);
        CHECK(answer == 'N');
    }
}
