#include "sqlite/library.hpp"
#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <array>
#include <cstdio>
#include <filesystem>
#include <sqlite3.h>

using hawser::sqlite::known_issues;

namespace {

// Whether SQLite counts what it allocates.
bool keeps_statistics() {
    sqlite3_free(sqlite3_malloc(100));
    sqlite3_int64 now = 0;
    sqlite3_int64 most = 0;
    REQUIRE(sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &most, 0) == SQLITE_OK);
    return most > 0;
}

// What is wrong where a process of its own runs a test alone; empty: nothing.
std::string in_fresh_process(const std::string& test) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    std::FILE* const output = ::popen(("'" + self + "' '" + test + "' 2>&1").c_str(), "r");
    REQUIRE(output != nullptr);
    std::string said;
    std::array<char, 4096> part{};
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), output))
        said.append(part.data(), got);
    return ::pclose(output) == 0 ? "" : said;
}

} // namespace

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

TEST_CASE("in a process of its own: the first database switches the statistics off", "[.][fresh]") {
    const support::test_database db({}, true);
    db.run("create table t (id integer primary key)");
    CHECK_FALSE(keeps_statistics());
}

TEST_CASE("in a process of its own: who was first with SQLite keeps the statistics", "[.][fresh]") {
    REQUIRE(sqlite3_initialize() == SQLITE_OK);
    const bool kept = keeps_statistics();
    CHECK(kept != (sqlite3_compileoption_used("DEFAULT_MEMSTATUS=0") != 0));
    const support::temporary_folder folder;
    support::recorder seen;
    hawser::sqlite::settings s;
    s.path = folder.file("test.db");
    s.observer = &seen;
    const auto e = hawser::sqlite::open(s);
    CHECK(keeps_statistics() == kept);
    CHECK(seen.seen().warnings == known_issues(sqlite3_libversion_number()));
}

TEST_CASE("opening the first database switches SQLite's memory statistics off", "[sqlite]") {
    CHECK(in_fresh_process("in a process of its own: the first database switches the statistics off") == "");
}

TEST_CASE("a database is opened beside a SQLite that was in use before, as that has been set up",
          "[sqlite]") {
    CHECK(in_fresh_process("in a process of its own: who was first with SQLite keeps the statistics") == "");
}
