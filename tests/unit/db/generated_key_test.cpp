// Keys that the engine makes for members narrower than 64 bits.
#include "fixture.hpp"

using hawser::errc;
using hawser::task;
using market::error_of;

namespace {

struct tick {
    std::int16_t id{};
    std::string text;
};
BOOST_DESCRIBE_STRUCT(tick, (), (id, text))
consteval auto hawser_table(hawser::of<tick>) {
    return hawser::table<tick>("ticks", hawser::primary_key<&tick::id>.generated(),
                               hawser::unique<&tick::text>);
}

struct slot {
    std::uint32_t id{};
    std::string text;
};
BOOST_DESCRIBE_STRUCT(slot, (), (id, text))
consteval auto hawser_table(hawser::of<slot>) {
    return hawser::table<slot>("slots", hawser::primary_key<&slot::id>.generated());
}

template <class Body>
void on_ticks(Body body) {
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite::memory:");
        co_await db.create_tables<tick, slot>();
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}
tick make_tick(std::string text) {
    tick t;
    t.text = std::move(text);
    return t;
}

} // namespace

TEST_CASE("a generated key that its member does not hold is out of range, and no row is stored", "[db]") {
    on_ticks([](hawser::database db) -> task<> {
        co_await db.execute<"insert into ticks (id, text) values (32766, 'last but one')">();
        hawser::repository<tick> ticks{db};
        tick last = make_tick("last");
        co_await ticks.insert(last);
        CHECK(last.id == 32767);

        tick beyond = make_tick("beyond");
        const auto e = co_await error_of(ticks.insert(beyond));
        CHECK(e.kind() == errc::out_of_range);
        CHECK(e.info().constraint == "ticks_id_check");
        CHECK(e.info().columns == std::vector<std::string>{"id"});
        CHECK(e.info().table == "ticks");
        CHECK(beyond.id == 0);

        const auto of_upsert = co_await error_of(ticks.upsert(beyond));
        CHECK(of_upsert.kind() == errc::out_of_range);

        hawser::unit_of_work unit{db};
        tick renamed = last;
        renamed.text = "renamed";
        unit.update(renamed);
        unit.insert(beyond);
        const auto of_unit = co_await error_of(unit.commit());
        CHECK(of_unit.kind() == errc::out_of_range);
        CHECK(of_unit.info().statement_index == 1);

        const std::vector<tick> more{make_tick("a"), make_tick("b")};
        const auto of_copy = co_await error_of(ticks.copy_in(more));
        CHECK(of_copy.kind() == errc::out_of_range);
        const auto there = co_await ticks.order_by(hawser::asc<&tick::id>).pluck<&tick::text>();
        CHECK(there == std::vector<std::string>{"last but one", "last"});
    });
}

TEST_CASE("bulk_insert names the first row whose generated key its member does not hold", "[db]") {
    on_ticks([](hawser::database db) -> task<> {
        co_await db.execute<"insert into ticks (id, text) values (32700, 'x')">();
        hawser::repository<tick> ticks{db};
        std::vector<tick> rows;
        for (int i = 0; i < 100; ++i) rows.push_back(make_tick(std::to_string(i)));
        const auto e = co_await error_of(ticks.bulk_insert(rows));
        CHECK(e.kind() == errc::out_of_range);
        CHECK(e.info().row == 67);
        const auto count = co_await ticks.count();
        CHECK(count == 1);
        rows.resize(67);
        const auto ids = co_await ticks.bulk_insert(rows);
        CHECK(ids.back() == 32767);
    });
}

TEST_CASE("a transaction goes on behind a generated key that is out of range", "[db]") {
    on_ticks([](hawser::database db) -> task<> {
        co_await db.execute<"insert into ticks (id, text) values (32767, 'x')">();
        co_await db.transaction([](hawser::transaction& tx) -> task<> {
            hawser::repository<tick> ticks{tx};
            tick beyond = make_tick("beyond");
            const auto e = co_await error_of(ticks.insert(beyond));
            CHECK(e.kind() == errc::out_of_range);
            co_await ticks.update(std::int16_t(32767), hawser::set<&tick::text>("y"));
        });
        const auto there = co_await hawser::repository<tick>{db}.pluck<&tick::text>();
        CHECK(there == std::vector<std::string>{"y"});
    });
}

TEST_CASE("an unsigned key has its whole range", "[db]") {
    on_ticks([](hawser::database db) -> task<> {
        co_await db.execute<"insert into slots (id, text) values (4294967294, 'x')">();
        hawser::repository<slot> slots{db};
        slot last;
        co_await slots.insert(last);
        CHECK(last.id == 4294967295);
        slot beyond;
        const auto e = co_await error_of(slots.insert(beyond));
        CHECK(e.kind() == errc::out_of_range);
        const auto count = co_await slots.count();
        CHECK(count == 2);
    });
}

TEST_CASE("a key is not cut where the table was made without the check", "[db]") {
    on_ticks([](hawser::database db) -> task<> {
        co_await db.execute<"drop table ticks">();
        co_await db.execute<"create table ticks (id integer primary key, text text not null) strict">();
        co_await db.execute<"insert into ticks (id, text) values (32767, 'x')">();
        hawser::repository<tick> ticks{db};
        tick beyond = make_tick("beyond");
        const auto e = co_await error_of(ticks.insert(beyond));
        CHECK(e.kind() == errc::out_of_range);
        CHECK(e.info().may_have_executed);
        CHECK(beyond.id == 0);
    });
}

TEST_CASE("a unit that is stored is empty, whatever its answers lack", "[db]") {
    const bool with_a_body = GENERATE(false, true);
    on_ticks([with_a_body](hawser::database db) -> task<> {
        co_await db.execute<"drop table ticks">();
        co_await db.execute<"create table ticks (id integer primary key, text text not null) strict">();
        co_await db.execute<"insert into ticks (id, text) values (32767, 'x')">();
        hawser::unit_of_work unit{db};
        bool told = false;
        if (with_a_body) unit.run([](hawser::transaction&) -> task<> { co_return; });
        slot other;
        const auto first = unit.insert(make_tick("beyond"));
        const auto second = unit.insert(other);
        unit.after_commit([&] { told = true; });
        const auto e = co_await error_of(unit.commit());
        CHECK(e.kind() == errc::out_of_range);
        CHECK(e.info().may_have_executed);
        CHECK(e.info().statement_index == (with_a_body ? 1u : 0u));
        CHECK_THAT(e.what(), support::contains_text("is stored"));
        CHECK(told);
        CHECK(unit.size() == 0);
        CHECK(second.id().value() == 1);
        const auto again = co_await unit.commit();
        CHECK(again.operations.empty());
        const auto count = co_await hawser::repository<tick>{db}.count();
        CHECK(count == 2);
    });
}
