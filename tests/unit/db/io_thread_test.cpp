#include "fixture.hpp"
#include "support/failing_disk.hpp"
#include <hawser/testing/recorder.hpp>
#include <thread>

using namespace market;

namespace {

// Everything that touches the disk, from opening to closing.
task<> use_all(std::string url, hawser::observer* watch = nullptr) {
    hawser::database db = co_await hawser::open(url, {.observer = watch});
    co_await db.create_tables<position, trade, prediction>();
    hawser::repository<position> positions{db};
    position one = make_position("BTC", 1);
    co_await positions.insert(one);
    std::vector<position> many{make_position("ETH", 2), make_position("SOL", 3)};
    co_await positions.bulk_insert(many);
    co_await positions.get(one.id);
    co_await positions.all();
    auto rows = positions.stream(1);
    while (const position* p = co_await rows.next()) static_cast<void>(p);
    const auto body = [&one](hawser::transaction& tx) -> task<> {
        hawser::repository<position> inside{tx};
        one.quantity += one.quantity;
        co_await inside.update(one);
    };
    co_await db.transaction(body);
    hawser::unit_of_work unit{db};
    unit.update(one);
    co_await unit.commit();
    {
        auto session = co_await db.session();
        co_await session.run_script("vacuum");
        co_await session.execute<"pragma optimize">();
        auto all = hawser::repository<position>{session}.stream(1);
        while (const position* p = co_await all.next()) static_cast<void>(p);
    }
    co_await db.query<std::string>(hawser::sql("select symbol from positions where id > $1"), 0);
    co_await db.execute<"update positions set note = $1">("seen");
    co_await db.run_script("create table other (id integer primary key); drop table other");
    co_await db.ping();
    co_await db.close();
}

} // namespace

TEST_CASE("no call to the disk is made on the thread that awaits", "[db]") {
    const support::temporary_folder folder;
    support::failing_disk disk;
    hawser::run(use_all(url_of(where::file, folder)));
    const auto callers = disk.threads();
    CHECK(callers.size() >= 3); // who opens, who writes, who reads
    CHECK(callers.count(std::this_thread::get_id()) == 0);
    CHECK(disk.count(support::failing_disk::call::sync) > 0);
    CHECK(disk.count(support::failing_disk::call::read) > 0);
}

TEST_CASE("no statement runs on the thread that awaits, whatever it is part of", "[db]") {
    const support::temporary_folder folder;
    hawser::testing::recorder seen;
    hawser::run(use_all(url_of(GENERATE(where::file, where::memory), folder), &seen));
    const auto all = seen.statements();
    const auto count = [&](const char* name) {
        return std::count_if(all.begin(), all.end(), [&](const auto& s) { return s.name == name; });
    };
    for (const char* name : {"positions.insert", "positions.bulk_insert", "positions.get", "positions.select",
                             "positions.update", "sql"}) {
        CAPTURE(name);
        CHECK(count(name) > 0);
    }
    for (const auto& s : all) {
        CAPTURE(to_string(s));
        CHECK(s.thread != std::this_thread::get_id());
        CHECK(s.ended);
    }
}
