#include "support/catch.hpp"
#include "support/test_database.hpp"

using namespace support;

TEST_CASE("what is written is read", "[sqlite]") {
    const bool in_memory = GENERATE(false, true);
    const test_database db({}, in_memory);
    db.run("create table t (id integer primary key, name text) strict");
    const auto insert = write("insert into t (name) values (?1)", "a");
    insert.job->batch.requests[0].generates_key = true;
    ask(db.engine, insert);
    CHECK(insert.job->batch.requests[0].rows_affected == 1);
    CHECK(insert.job->batch.requests[0].key == 1);
    const auto q = read("select id, name, null as none from t");
    ask(db.engine, q);
    CHECK(q.rows().columns == std::vector<std::string>{"id", "name", "none"});
    CHECK(q.rows().rows == std::vector<std::vector<std::string>>{{"1", "a", "NULL"}});
}
