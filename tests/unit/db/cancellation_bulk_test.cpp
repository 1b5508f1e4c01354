#include "cancellation.hpp"
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

const auto every_type = {cancellation_type::total, cancellation_type::partial, cancellation_type::terminal};

// All of it, and its caller knows; or nothing.
void check_told(const quiet_market& m, const sample& s, const std::string& how) {
    CHECK((how == "done" || how == "cancelled" || how == "aborted"));
    CHECK(m.content() == (how == "done" ? s.leaves : "P:0"));
    CHECK(m.at_rest());
}

} // namespace

TEST_CASE("a bulk call that is queued is cancelled by every type, and nothing of it is stored", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    const auto type = GENERATE(from_range(every_type));
    INFO(s.name);
    quiet_market m;
    auto holder = hawser::run(m.db->begin());
    cancellable c;
    c.start(s.run(*m.db, m.p));
    CHECK(c.how().empty());
    c.cancel(type);
    CHECK(c.end() == "cancelled");
    hawser::run(holder.commit());
    CHECK(m.content() == "P:0");
    CHECK(m.at_rest());
}

TEST_CASE("a bulk call that is cancelled while it runs tells whether it is stored", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    const auto type = GENERATE(from_range(every_type));
    INFO(s.name);
    quiet_market m;
    m.at.close(s.part);
    cancellable c;
    c.start(s.run(*m.db, m.p));
    c.until([&] { return m.at.standing(); });
    c.cancel(type);
    m.at.open();
    check_told(m, s, c.end());
}

TEST_CASE("a bulk call whose owner is destroyed in the queue is not carried out", "[db]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    INFO(s.name);
    quiet_market m;
    auto holder = hawser::run(m.db->begin());
    cancellable c;
    c.start(s.run(*m.db, m.p));
    c.io.reset();
    hawser::run(holder.commit());
    CHECK(m.content() == "P:0");
    CHECK(m.at_rest());
}

// The rows that the writer reads are the owner's: the destruction waits until it has let go of them.
TEST_CASE("a bulk call whose owner is destroyed while it runs is stored whole or not at all",
          "[db][concurrency]") {
    const auto& s = GENERATE(from_range(std::begin(bulk_writes), std::end(bulk_writes)));
    INFO(s.name);
    quiet_market m;
    m.at.close(s.part);
    cancellable c;
    c.start(s.run(*m.db, m.p));
    c.until([&] { return m.at.standing(); });
    const std::jthread opener([&] { m.at.open(); });
    c.io.reset();
    position last = make_position("Z");
    hawser::run(hawser::repository<position>{*m.db}.insert(last)); // behind it
    const std::string whole = std::string(s.leaves) + (*s.leaves == '\0' ? "Z:0" : " Z:0");
    const std::string content = m.content();
    CHECK((content == "P:0 Z:0" || content == whole));
    CHECK(m.at_rest());
}
