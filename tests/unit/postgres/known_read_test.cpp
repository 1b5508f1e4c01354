#include "postgres/known_read.hpp"
#include "postgres/copy_text.hpp"
#include "support/catch.hpp"

using hawser::postgres::copies_with_client;
using hawser::postgres::is_known_read;

namespace {

bool reads(std::string_view sql, bool read_only = true) {
    const hawser::statement s(
        {.name = "sql", .sqlite = {}, .postgres = sql, .read_only = read_only, .lasting = false});
    return is_known_read(s);
}

} // namespace

TEST_CASE("a text is known to read where it calls nothing but functions of PostgreSQL's that change nothing",
          "[postgres]") {
    CHECK(reads("select 1"));
    CHECK(reads("SELECT Count(*), sum (x) from t where a in (1, 2) and b = any($1) group by (c)"));
    CHECK(reads("select v::numeric(18, 8) from (select 1 as v) x"));
    CHECK(reads("select 'f()', \"f\" from t -- g()\n where x = 1 /* h() */"));
    CHECK_FALSE(reads("select f()"));
    CHECK_FALSE(reads("select f ()"));
    CHECK_FALSE(reads("select f/* */(1) from t"));
    CHECK_FALSE(reads("select \"f\"(1)"));
    CHECK_FALSE(reads("select desk.count(1)"));
    CHECK_FALSE(reads("select count(*) from t where f(x)"));
    CHECK_FALSE(reads("select pg_terminate_backend(1)"));
    CHECK_FALSE(reads("select 1", false));
}

TEST_CASE("a COPY from or to the client is found wherever it stands in a text", "[postgres]") {
    CHECK(copies_with_client("copy t from stdin"));
    CHECK(copies_with_client(" -- all\n COPY t (a, b) FROM STDIN with (format binary)"));
    CHECK(copies_with_client("select 1; copy (select 1) to stdout"));
    CHECK_FALSE(copies_with_client("copy t from '/tmp/stdin'"));
    CHECK_FALSE(copies_with_client("select 'x'; insert into copy select v from stdin"));
    CHECK_FALSE(copies_with_client("select 'copy t from stdin'"));
    CHECK_FALSE(copies_with_client("copy (select 1) to program 'cat'"));
}
