#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

using namespace support;
using hawser::errc;
using hawser::engine::verb;

namespace {

// The status of a child that does this; 0 where it returned. A child that hangs is killed.
int in_child(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(30);
        try {
            work();
        } catch (...) { ::_exit(9); }
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

void demand(bool holds) {
    if (!holds) throw std::logic_error("the child found otherwise");
}

bool refused(const engine_ptr& e, const question& q) {
    const auto failure = error_of(e, q);
    return failure.kind() == errc::closed && !failure.may_have_executed() &&
           std::string(failure.what()).find("forked off") != std::string::npos;
}

} // namespace

TEST_CASE("a child of fork is refused its parent's database, and may drop it; the parent goes on",
          "[sqlite]") {
    test_database db({}, GENERATE(false, true));
    db.run("create table t (id integer primary key)");
    ask(db.engine, write("insert into t values (1)"));
    const auto lease = db.engine->make_lease("open while forking", false);
    ask(db.engine, begin(lease));
    ask(db.engine, on_lease(lease, write("insert into t values (2)")));
    CHECK(in_child([&] {
              demand(refused(db.engine, write("insert into t values (7)")));
              demand(refused(db.engine, read("select * from t")));
              demand(refused(db.engine, script("insert into t values (7)")));
              demand(refused(db.engine, on_lease(lease, write("insert into t values (7)"))));
              demand(refused(db.engine, on_lease(lease, verb::commit)));
              demand(refused(db.engine, begin(db.engine->make_lease("new", false))));
              close(db.engine);
              db.engine.reset();
          }) == 0);
    ask(db.engine, on_lease(lease, verb::commit));
    ask(db.engine, write("insert into t values (3)"));
    CHECK(db.one("select group_concat(id) from t") == "1,2,3");
    CHECK(db.one("pragma integrity_check") == "ok");
}

TEST_CASE("a child that was forked while a database was open cannot open any", "[sqlite]") {
    const test_database db;
    hawser::sqlite::settings other;
    CHECK(in_child([&] {
              for (const auto& path : {db.path(), std::string(":memory:")}) {
                  other.path = path;
                  try {
                      const auto opened = hawser::sqlite::open(other);
                      demand(false);
                  } catch (const hawser::error& e) {
                      demand(e.kind() == errc::connect_failed);
                      demand(std::string(e.what()).find("exec()") != std::string::npos);
                  }
              }
          }) == 0);
    ask(db.engine, script("create table t (id integer primary key)"));
}

TEST_CASE("a child that was forked before any database was open uses its own", "[sqlite]") {
    const temporary_folder folder;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    CHECK(in_child([&] {
              const auto e = hawser::sqlite::open(s);
              ask(e, script("create table t (id integer primary key); insert into t values (1)"));
              close(e);
          }) == 0);
    const auto e = hawser::sqlite::open(s);
    CHECK(answer(e, read("select group_concat(id) from t")) == "1");
}
