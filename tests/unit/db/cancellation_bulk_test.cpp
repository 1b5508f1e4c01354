#include "held_up.hpp"
#include <thread>

using namespace market;

namespace {

// In the test's coroutine, not in a co_await expression: see hazard.hpp.
const sample bulk_writes[] = {
    {"bulk_insert", "insert into", "P:0 Q:0 R:0",
     [](hawser::database db, position) -> task<> {
         std::vector<position> rows{make_position("Q"), make_position("R")};
         co_await hawser::repository<position>{db}.bulk_insert(rows);
     }},
    {"bulk_update", "update", "P:5",
     [](hawser::database db, position p) -> task<> {
         p.quantity = 5;
         std::vector<position> rows{p};
         co_await hawser::repository<position>{db}.bulk_update(rows);
     }},
    {"bulk_upsert", "insert into", "P:4 Q:0",
     [](hawser::database db, position p) -> task<> {
         p.quantity = 4;
         std::vector<position> rows{p, make_position("Q")};
         co_await hawser::repository<position>{db}.bulk_upsert(rows);
     }},
    {"bulk_erase", "delete from", "",
     [](hawser::database db, position p) -> task<> {
         std::vector<std::int64_t> keys{p.id};
         co_await hawser::repository<position>{db}.bulk_erase(keys);
     }},
    {"copy_in", "insert into", "P:0 Q:0 R:0",
     [](hawser::database db, position) -> task<> {
         std::vector<position> rows{make_position("Q"), make_position("R")};
         co_await hawser::repository<position>{db}.copy_in(rows);
     }},
};

// All of it, and its caller knows, or knows that it may be; or nothing.
void check_told(const quiet_market& m, const sample& s, const std::string& how) {
    const std::string content = m.content();
    CHECK((content == "P:0" || content == s.leaves));
    if (how == "done") CHECK(content == s.leaves);
    if (how == "cancelled" || how == "aborted") CHECK(content == "P:0");
    CHECK((how == "done" || how == "cancelled" || how == "aborted" ||
           (m.server != nullptr && how == "cancelled, may be stored")));
    CHECK(m.at_rest());
}

} // namespace

TEST_CASE("a bulk call that is queued is cancelled by every type, and nothing of it is stored", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        for (const auto type : every_type) {
            CAPTURE(type);
            cancellable c;
            held_queue held(m, c);
            c.start(s.run(*m.db, m.p));
            CHECK(c.how().empty());
            c.cancel(type);
            CHECK(c.end() == "cancelled");
            held.let_go();
            CHECK(m.content() == "P:0");
            CHECK(m.at_rest());
        }
    });
}

TEST_CASE("a bulk call that is cancelled while it runs tells whether it is stored", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    const auto type = GENERATE(from_range(every_type));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_statement held(m, s.part);
        c.start(s.run(*m.db, m.p));
        held.wait_for(c);
        c.cancel(type);
        if (is_let_go(m, type)) CHECK(c.end() == "cancelled, may be stored"); // while it still stands
        // It has a connection of its own there.
        const bool stopped = is_let_go(m, type) && type == cancellation_type::terminal &&
                             std::string_view(s.name) == "copy_in";
        if (stopped) held.wait_for_stop(c);
        held.let_go();
        const std::string how = c.end();
        c.rest();
        if (type == cancellation_type::total) CHECK(how == "done");
        if (stopped) CHECK(m.content() == "P:0");
        check_told(m, s, how);
    });
}

TEST_CASE("a bulk call whose owner is destroyed in the queue is not carried out", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_queue held(m, c);
        c.start(s.run(*m.db, m.p));
        c.io.reset();
        held.let_go();
        CHECK(m.content() == "P:0");
        CHECK(m.at_rest());
    });
}

// The rows that SQLite's writer reads are the owner's: the destruction waits until it has let go of them.
TEST_CASE("a bulk call whose owner is destroyed while it runs is stored whole or not at all",
          "[db][concurrency]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_statement held(m, s.part);
        c.start(s.run(*m.db, m.p));
        held.wait_for(c);
        {
            const std::jthread opener([&] { held.let_go(); });
            c.io.reset();
        }
        held.wait_for_leaving();
        position last = make_position("Z");
        hawser::run(hawser::repository<position>{*m.db}.insert(last)); // behind it
        const std::string whole = std::string(s.leaves) + (*s.leaves == '\0' ? "Z:0" : " Z:0");
        const std::string content = m.content();
        CHECK((content == "P:0 Z:0" || content == whole));
        CHECK(m.at_rest());
    });
}
