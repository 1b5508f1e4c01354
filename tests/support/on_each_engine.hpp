#pragma once
// What the db layer promises is promised on both engines: such a test is one body, run once for each engine, each time
// on a database of its own. The section of a failure's report says which engine it was.
//
//     HAWSER_TEST_ENGINE=sqlite or postgres    leaves out the other engine
//
// Where no PostgreSQL server is installed, the tests that should have run there are counted as skipped.
#include "support/catch.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temporary_folder.hpp"
#include <exception>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

// A database of SQLite in a file or in memory, or of a PostgreSQL server.
enum class place : unsigned char { file, memory, postgres };
std::ostream& operator<<(std::ostream& out, place w);

// Each engine once, SQLite in a file or in memory.
[[nodiscard]] inline std::vector<place> each_engine(place sqlite = place::file) {
    return {sqlite, place::postgres};
}
// SQLite's in memory too: where its readers and its writer share a connection.
[[nodiscard]] inline std::vector<place> everywhere() {
    return {place::file, place::memory, place::postgres};
}
// Without those that are left out.
[[nodiscard]] std::vector<place> wanted(const std::vector<place>& places);

// An empty database, gone with this.
class fresh_place {
public:
    explicit fresh_place(place w) : place_(w) {
        if (w == place::postgres) server_.emplace();
    }
    [[nodiscard]] place kind() const noexcept { return place_; }
    [[nodiscard]] bool on_postgres() const noexcept { return place_ == place::postgres; }
    [[nodiscard]] std::string url() const {
        if (server_) return server_->url();
        return place_ == place::memory ? "sqlite::memory:" : "sqlite:" + folder_.file("test.db");
    }
    // For what is to be done behind the driver's back.
    [[nodiscard]] const fresh_database& server() const { return server_.value(); }

private:
    place place_;
    temporary_folder folder_;
    std::optional<fresh_database> server_;
};

// Counts the test that runs as skipped, once.
void skip_postgres();

// Remembers the test that an exception has left: Catch2 comes back to it once more, and enters no section.
class unfinished_test {
public:
    unfinished_test() = default;
    ~unfinished_test() {
        if (std::uncaught_exceptions() > before_) last() = name();
    }
    unfinished_test(const unfinished_test&) = delete;
    unfinished_test& operator=(const unfinished_test&) = delete;
    [[nodiscard]] static bool is_this() { return last() == name(); }

private:
    static std::string& last();
    static std::string name();
    int before_ = std::uncaught_exceptions();
};

// Runs body(const fresh_place&) in a section of its own for each of these places. Once in a test: those behind the first
// would never run.
template <class Body>
void on_each_engine(const std::vector<place>& places, Body body) {
    const std::vector<place> all = wanted(places);
    bool entered = false;
    for (const place w : all) {
        DYNAMIC_SECTION("on " << w) {
            entered = true;
            if (w == place::postgres && !no_postgres().empty()) {
                skip_postgres();
            } else {
                const unfinished_test mark;
                const fresh_place at(w);
                body(at);
            }
        }
    }
    if (!entered && !all.empty() && !unfinished_test::is_this())
        throw std::logic_error("on_each_engine is called twice in one test");
}
template <class Body>
void on_each_engine(Body body) {
    on_each_engine(each_engine(), std::move(body));
}

} // namespace support
