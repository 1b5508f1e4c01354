// resolve_commit of units of work: what became of the COMMIT of one that runs on a connection of its own.
#include "fixture.hpp"
#include "support/waiting_server.hpp"

namespace resolved_unit {

struct basket {
    std::int64_t id{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(basket, (), (id, name))
consteval auto hawser_table(hawser::of<basket>) {
    return hawser::table<basket>("baskets", hawser::primary_key<&basket::id>.generated());
}

struct item {
    std::int64_t id{};
    std::int64_t basket_id{};
};
BOOST_DESCRIBE_STRUCT(item, (), (id, basket_id))
consteval auto hawser_table(hawser::of<item>) {
    return hawser::table<item>("items", hawser::primary_key<&item::id>.generated(),
                               hawser::references<&item::basket_id, basket>);
}

} // namespace resolved_unit

using hawser::errc;
using hawser::task;
using market::error_of;
using resolved_unit::basket;
using resolved_unit::item;
using support::fresh_database;
using support::waiting_server;

namespace {

void make_tables(const fresh_database& fresh) {
    auto look = fresh.look();
    look.exec(std::string(hawser::create_postgres<basket>));
    look.exec(std::string(hawser::create_postgres<item>));
}

std::string stored(const fresh_database& fresh) {
    auto look = fresh.look();
    return std::to_string(look.integer("select count(*) from baskets")) + " baskets, " +
           std::to_string(look.integer("select count(*) from items")) + " items";
}

template <class Body>
void on_url(const std::string& url, Body body) {
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(url);
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

// The `which`-th row of the table ends its connection: where it is written, or in COMMIT.
enum class place : unsigned char { row, commit };
void kill_at(const fresh_database& fresh, place where, const std::string& table, int which = 1) {
    fresh.look().exec(
        "create sequence rows_seen; create function kill() returns trigger language plpgsql as $$ "
        "begin if nextval('rows_seen') = " +
        std::to_string(which) +
        " then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(30); end if; "
        "return new; end $$; create " +
        (where == place::row ? "trigger kill before insert on " + table
                             : "constraint trigger kill after insert on " + table + " initially deferred") +
        " for each row execute function kill()");
}

struct two_levels {
    explicit two_levels(const hawser::executor_ref& on)
        : unit(on),
          parent(unit.insert(basket{.name = "a"})),
          child(unit.insert(item{}, hawser::bind<&item::basket_id>(parent.id()))) {
        unit.after_commit([this] { ++told; });
    }
    two_levels(const two_levels&) = delete;
    two_levels& operator=(const two_levels&) = delete;

    hawser::unit_of_work unit;
    hawser::pending_row<basket> parent;
    hawser::pending_row<item> child;
    int told = 0;
};

constexpr hawser::commit_options resolves{.resolve_commit = true};
constexpr hawser::commit_options once{.attempts = 1, .resolve_commit = true};

} // namespace

TEST_CASE("a unit whose COMMIT was done is a success with resolve_commit, and says what was lost with the "
          "answer",
          "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_tables(fresh);
    on_url(waiting_server::url(fresh), [&](const hawser::database& db) -> task<> {
        two_levels w(db);
        auto ends = server.end_one();
        const hawser::commit_result done = co_await w.unit.commit(resolves);
        ends.get();
        CHECK(done.round_trips == 2);
        CHECK(done.attempts == 1);
        CHECK(w.told == 1);
        CHECK(w.unit.size() == 0);
        CHECK(done.operations[0].answered);
        CHECK(done.operations[0].key == w.parent.id().value());
        CHECK(w.parent.row().id == fresh.look().integer("select basket_id from items"));
        CHECK(w.child.row().basket_id == w.parent.id().value());
        CHECK_FALSE(done.operations[1].answered);
        CHECK_THROWS_WITH(w.child.id().value(), support::contains_text("lost with the answer to COMMIT"));

        // Without it nobody knows.
        two_levels other(db);
        ends = server.end_one();
        const auto lost = co_await error_of(other.unit.commit());
        ends.get();
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(other.told == 0);
    });
    CHECK(stored(fresh) == "2 baskets, 2 items");
}

TEST_CASE("a unit whose last step is code loses no answer of its operations with that to COMMIT",
          "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_tables(fresh);
    on_url(waiting_server::url(fresh), [&](const hawser::database& db) -> task<> {
        hawser::unit_of_work unit(db);
        const auto row = unit.insert(basket{.name = "a"});
        const auto body = [&](hawser::transaction& tx) -> task<> {
            item i{.basket_id = row.id().value()};
            co_await hawser::repository<item>{tx}.insert(i);
        };
        unit.run(body);
        auto ends = server.end_one();
        const hawser::commit_result done = co_await unit.commit(resolves);
        ends.get();
        CHECK(done.operations[0].answered);
        CHECK(done.operations[0].rows == 1);
        CHECK(row.id().value() == fresh.look().integer("select id from baskets"));
    });
    CHECK(stored(fresh) == "1 baskets, 1 items");
}

TEST_CASE("a unit whose COMMIT was rolled back is tried again with resolve_commit, within its attempts",
          "[postgres]") {
    NEED_POSTGRES();
    // In the row the COMMIT has been sent behind it, in the same write.
    const place where = GENERATE(place::row, place::commit);
    const fresh_database fresh;
    make_tables(fresh);
    kill_at(fresh, where, "items");
    on_url(fresh.url(), [&](const hawser::database& db) -> task<> {
        two_levels w(db);
        const auto lost = co_await error_of(w.unit.commit(once));
        CHECK(lost.kind() == errc::connection_lost);
        CHECK_FALSE(lost.may_have_executed());
        CHECK_THAT(lost.message(),
                   support::contains_text("the server says that the transaction was rolled back"));
        CHECK(w.told == 0);
        CHECK(w.unit.size() == 2);
        CHECK(stored(fresh) == "0 baskets, 0 items");

        fresh.look().exec("select setval('rows_seen', 1, false)");
        const hawser::commit_result done = co_await w.unit.commit(resolves);
        CHECK(done.attempts == 2);
        CHECK(w.told == 1);
        CHECK(done.operations[1].answered);
        CHECK(w.child.row().id == fresh.look().integer("select id from items"));
        CHECK(w.child.row().basket_id == fresh.look().integer("select id from baskets"));
    });
    CHECK(stored(fresh) == "1 baskets, 1 items");
}

TEST_CASE("a unit that is lost before its COMMIT was sent is connection_lost, with resolve_commit or without",
          "[postgres]") {
    NEED_POSTGRES();
    const bool asks = GENERATE(false, true);
    const fresh_database fresh;
    make_tables(fresh);
    kill_at(fresh, place::row, "baskets");
    on_url(fresh.url(), [&](const hawser::database& db) -> task<> {
        two_levels w(db);
        const auto lost = co_await error_of(w.unit.commit({.resolve_commit = asks}));
        CHECK(lost.kind() == errc::connection_lost);
        CHECK_FALSE(lost.may_have_executed());
        CHECK(fresh.look().integer("select last_value from rows_seen") == 1); // it was not tried again
    });
    CHECK(stored(fresh) == "0 baskets, 0 items");
}

TEST_CASE("a unit that leaves in one piece with its COMMIT is commit_unknown with resolve_commit too",
          "[postgres]") {
    NEED_POSTGRES();
    const auto isolation = GENERATE(hawser::isolation::default_, hawser::isolation::serializable);
    waiting_server server;
    const fresh_database fresh(*server);
    make_tables(fresh);
    on_url(waiting_server::url(fresh), [&](const hawser::database& db) -> task<> {
        hawser::unit_of_work unit(db);
        unit.insert(basket{.name = "a"});
        unit.insert(basket{.name = "b"});
        auto ends = server.end_one();
        const auto lost = co_await error_of(unit.commit({.isolation = isolation, .resolve_commit = true}));
        ends.get();
        CHECK(lost.kind() == errc::commit_unknown);
        CHECK(lost.may_have_executed());
    });
    CHECK(stored(fresh) == "2 baskets, 0 items");
}

TEST_CASE("a unit with resolve_commit within a transaction leaves the COMMIT to the transaction",
          "[postgres]") {
    NEED_POSTGRES();
    const bool asks = GENERATE(false, true); // the transaction
    waiting_server server;
    const fresh_database fresh(*server);
    make_tables(fresh);
    on_url(waiting_server::url(fresh), [&](const hawser::database& db) -> task<> {
        hawser::transaction tx = co_await db.begin({.resolve_commit = asks});
        two_levels w(tx);
        const hawser::commit_result done = co_await w.unit.commit(resolves);
        CHECK(done.operations[1].answered);
        auto ends = server.end_one();
        const auto ended = co_await hawser::as_result(tx.commit());
        ends.get();
        CHECK(ended.has_value() == asks);
        CHECK(w.told == (asks ? 1 : 0));
    });
    CHECK(stored(fresh) == "1 baskets, 1 items");
}

TEST_CASE("a unit of a session resolves its COMMIT as well", "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    const fresh_database fresh(*server);
    make_tables(fresh);
    on_url(waiting_server::url(fresh), [&](const hawser::database& db) -> task<> {
        const hawser::session s = co_await db.session();
        two_levels w(s);
        auto ends = server.end_one();
        const hawser::commit_result done = co_await w.unit.commit(resolves);
        ends.get();
        CHECK_FALSE(done.operations[1].answered);
        CHECK(w.told == 1);
    });
    CHECK(stored(fresh) == "1 baskets, 1 items");
}
