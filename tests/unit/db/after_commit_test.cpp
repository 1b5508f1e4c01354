// after_commit is called for work that is stored, once, and for nothing else.
#include "on_each_market.hpp"
#include "support/failing_disk.hpp"
#include <sqlite3.h>

using namespace market;
using hawser::errc;

namespace {

void insert_with_call(hawser::unit_of_work& unit, const char* symbol, int& calls) {
    position p = make_position(symbol);
    unit.insert(p);
    unit.after_commit([&calls] { ++calls; });
}

struct undone : std::exception {};

} // namespace

TEST_CASE("what failed, was undone or never committed calls nothing after commit", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        int calls = 0;
        position p = make_position("P");
        co_await hawser::repository<position>{db}.insert(p);
        {
            hawser::unit_of_work unit{db};
            insert_with_call(unit, "P", calls); // there is one already
            const auto e = co_await error_of(unit.commit());
            CHECK(e.kind() == errc::unique_violation);
            hawser::unit_of_work never{db};
            insert_with_call(never, "N", calls);
        }
        CHECK(calls == 0);
        const auto inner = [&](hawser::transaction& sp) -> task<> {
            sp.after_commit([&calls] { ++calls; });
            hawser::unit_of_work unit{sp};
            insert_with_call(unit, "Q", calls);
            co_await unit.commit();
            throw undone{};
        };
        const auto body = [&](hawser::transaction& tx) -> task<> {
            try {
                co_await tx.savepoint(inner);
            } catch (const undone&) {}
            CHECK(calls == 0);
        };
        co_await db.transaction(body);
        CHECK(calls == 0);
        {
            hawser::transaction tx = co_await db.begin();
            hawser::unit_of_work unit{tx};
            insert_with_call(unit, "R", calls);
            co_await unit.commit();
            CHECK(calls == 0);
            co_await tx.rollback();
        }
        CHECK(calls == 0);
        hawser::transaction tx = co_await db.begin();
        hawser::unit_of_work unit{tx};
        insert_with_call(unit, "S", calls);
        co_await unit.commit();
        co_await tx.commit();
        CHECK(calls == 1);
    });
}

TEST_CASE("a COMMIT in doubt calls nothing after commit", "[db]") {
    support::failing_disk disk;
    hawser::open_options o;
    o.sqlite.checkpoint_frames = 1'000'000;
    on_market(
        where::file,
        [&](hawser::database db) -> task<> {
            int calls = 0;
            hawser::unit_of_work unit{db};
            insert_with_call(unit, "P", calls);
            disk.fail_syncs(SQLITE_IOERR_FSYNC);
            const auto e = co_await error_of(unit.commit());
            CHECK(e.kind() == errc::commit_unknown);
            disk.repair();
            hawser::transaction tx = co_await db.begin();
            tx.after_commit([&calls] { ++calls; });
            position q = make_position("Q");
            co_await hawser::repository<position>{tx}.insert(q);
            disk.fail_syncs(SQLITE_IOERR_FSYNC);
            const auto late = co_await error_of(tx.commit());
            CHECK(late.kind() == errc::commit_unknown);
            disk.repair();
            CHECK(calls == 0);
        },
        o);
}

TEST_CASE("a unit that is run again because of its neighbour calls once after commit", "[db]") {
    on_market(GENERATE(where::file, where::memory), [](hawser::database db) -> task<> {
        position p = make_position("P");
        co_await hawser::repository<position>{db}.insert(p);
        hawser::transaction holder = co_await db.begin();
        boost::asio::io_context io;
        int calls = 0;
        int failed = 0;
        const auto commit = [&](const char* symbol) -> task<> {
            hawser::unit_of_work unit{db};
            insert_with_call(unit, symbol, calls);
            co_await unit.commit();
        };
        const auto offend = [&]() -> task<> {
            co_await db.execute<"insert or rollback into positions select * from positions">();
        };
        const auto count = [&](std::exception_ptr e) { failed += e ? 1 : 0; };
        boost::asio::co_spawn(io, commit("A"), count);
        boost::asio::co_spawn(io, offend(), count);
        boost::asio::co_spawn(io, commit("B"), count);
        io.poll();
        co_await holder.rollback();
        io.run();
        CHECK(failed == 1);
        CHECK(calls == 2);
        const auto stored = co_await hawser::repository<position>{db}.count();
        CHECK(stored == 3);
    });
}
