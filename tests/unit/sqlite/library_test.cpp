#include "sqlite/library.hpp"
#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <sqlite3.h>

using hawser::sqlite::known_issues;

TEST_CASE("the known bugs of SQLite are told by its version", "[sqlite]") {
    CHECK(known_issues(3040001).size() == 2);
    CHECK(known_issues(3044005).size() == 2);
    CHECK(known_issues(3044006).size() == 1); // the log's fix was carried back
    CHECK(known_issues(3045000).size() == 2);
    CHECK(known_issues(3050001).size() == 2);
    CHECK(known_issues(3050002).size() == 1);
    CHECK(known_issues(3050007).empty());
    CHECK(known_issues(3051000).size() == 1);
    CHECK(known_issues(3051002).size() == 1);
    CHECK(known_issues(3051003).empty());
    CHECK(known_issues(3060000).empty());
}

TEST_CASE("an engine warns of the known bugs of the SQLite that it runs on", "[sqlite]") {
    support::temporary_folder folder;
    support::recorder seen;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    s.observer = &seen;
    const auto e = hawser::sqlite::open(s);
    const auto issues = known_issues(sqlite3_libversion_number());
    CHECK(e->describe().known_issues == issues);
    CHECK(seen.seen().warnings == issues);
    CHECK(e->describe().version == sqlite3_libversion());
    CHECK(e->describe().single_writer);
}

TEST_CASE("a database in memory has no log to be warned of", "[sqlite]") {
    const support::test_database db({}, true);
    CHECK(db.engine->describe().known_issues.empty());
}
