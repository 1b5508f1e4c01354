// What a caller is told, and what is stored, where the connection ends under each verb: before its COMMIT, in it, and
// behind it.
#include "fixture.hpp"
#include "support/waiting_server.hpp"
#include <ostream>

namespace lost_answers {

struct account {
    std::int64_t id{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(account, (), (id, name))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::id>.generated());
}

struct purchase {
    std::int64_t id{};
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(purchase, (), (id, account_id))
consteval auto hawser_table(hawser::of<purchase>) {
    return hawser::table<purchase>("purchases", hawser::primary_key<&purchase::id>.generated(),
                                   hawser::references<&purchase::account_id, account>);
}

struct fill {
    std::int64_t id{};
    std::int64_t purchase_id{};
};
BOOST_DESCRIBE_STRUCT(fill, (), (id, purchase_id))
consteval auto hawser_table(hawser::of<fill>) {
    return hawser::table<fill>("fills", hawser::primary_key<&fill::id>.generated(),
                               hawser::references<&fill::purchase_id, purchase>);
}

} // namespace lost_answers

using hawser::errc;
using hawser::task;
using lost_answers::account;
using lost_answers::fill;
using lost_answers::purchase;
using market::error_of;
using support::fresh_database;
using support::waiting_server;

namespace {

using verb = task<> (*)(const hawser::database&);

task<> single_write(const hawser::database& db) {
    account a;
    co_await hawser::repository<account>{db}.insert(a);
}
task<> unit_of_one_level(const hawser::database& db) {
    hawser::unit_of_work unit{db};
    unit.insert(account{.name = "a"});
    unit.insert(account{.name = "b"});
    co_await unit.commit();
}
task<> isolated_unit(const hawser::database& db) {
    hawser::unit_of_work unit{db};
    unit.insert(account{.name = "a"});
    unit.insert(account{.name = "b"});
    co_await unit.commit({.isolation = hawser::isolation::serializable});
}
task<> unit_of_three_levels(const hawser::database& db) {
    hawser::unit_of_work unit{db};
    const auto a = unit.insert(account{.name = "a"});
    const auto p = unit.insert(purchase{}, hawser::bind<&purchase::account_id>(a.id()));
    unit.insert(fill{}, hawser::bind<&fill::purchase_id>(p.id()));
    co_await unit.commit();
}
task<> script(const hawser::database& db) {
    co_await db.run_script(
        "insert into accounts (name) values ('a'); insert into accounts (name) values ('b')");
}
std::vector<account> accounts(std::size_t count, std::size_t bytes) {
    return std::vector<account>(count, account{.name = std::string(bytes, 'x')});
}
task<> bulk_of_one_part(const hawser::database& db) {
    const auto rows = accounts(5, 1);
    co_await hawser::repository<account>{db}.bulk_insert(rows);
}
// These are more than the buffers between client and server hold: what is behind them has not left while the server is
// at the first ones.
constexpr std::size_t many = 2500;
constexpr std::size_t long_text = 4000;
task<> bulk_of_several_parts(const hawser::database& db) {
    const auto rows = accounts(many, long_text);
    co_await hawser::repository<account>{db}.bulk_insert(rows);
}
task<> bulk_of_chunks(const hawser::database& db) {
    const auto rows = accounts(5, 1);
    co_await hawser::repository<account>{db}.bulk_insert(rows, {.atomic = false, .chunk = 2});
}
task<> copy(const hawser::database& db) {
    const auto rows = accounts(many, long_text);
    co_await hawser::repository<account>{db}.copy_in(rows);
}
task<> transaction(const hawser::database& db) {
    hawser::transaction tx = co_await db.begin();
    account a;
    co_await hawser::repository<account>{tx}.insert(a);
    co_await tx.commit();
}

struct expectation {
    const char* what;
    verb call;
    errc kind;
    std::int64_t stored;                    // rows of all tables
    const char* table = "accounts";         // whose row the connection is lost at
    int row = 1;                            // which one
    std::optional<std::size_t> resume = {}; // e.info().resume_from
};
std::ostream& operator<<(std::ostream& to, const expectation& e) {
    return to << e.what << ", row " << e.row << " of " << e.table;
}

void make_tables(const fresh_database& fresh) {
    auto look = fresh.look();
    look.exec(std::string(hawser::create_postgres<account>));
    look.exec(std::string(hawser::create_postgres<purchase>));
    look.exec(std::string(hawser::create_postgres<fill>));
}

std::int64_t stored(const fresh_database& fresh) {
    return fresh.look().integer("select (select count(*) from accounts) + (select count(*) from purchases) + "
                                "(select count(*) from fills)");
}

// Who comes to the row loses the connection: where it writes it, or in COMMIT.
enum class place : unsigned char { row, commit };
void kill_at(const fresh_database& fresh, place where, const std::string& table, int row) {
    fresh.look().exec(
        "create sequence rows_seen; create function kill() returns trigger language plpgsql as $$ "
        "begin if nextval('rows_seen') = " +
        std::to_string(row) +
        " then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(30); end if; "
        "return new; end $$; create " +
        (where == place::row ? "trigger kill before insert on " + table
                             : "constraint trigger kill after insert on " + table + " initially deferred") +
        " for each row execute function kill()");
}

void check(const std::string& url, const expectation& expected, const std::function<void()>& cut = [] {}) {
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(url);
        const auto lost = co_await error_of(expected.call(db));
        CHECK(lost.kind() == expected.kind);
        CHECK(lost.may_have_executed() == (expected.kind == errc::commit_unknown));
        CHECK_FALSE(lost.retryable());
        CHECK(lost.info().resume_from == expected.resume);
        cut();
        // Others are not touched by it.
        const auto alive = co_await db.query_one<std::int64_t, "select 7::bigint">();
        CHECK(alive == 7);
        co_await db.close();
    };
    hawser::run(main());
}

} // namespace

TEST_CASE("a connection that ends while a verb is at work leaves nothing of it, and who had sent its COMMIT "
          "is told "
          "that nobody knows",
          "[postgres]") {
    NEED_POSTGRES();
    const auto expected = GENERATE(
        values<expectation>({{"insert", single_write, errc::commit_unknown, 0},
                             {"unit", unit_of_one_level, errc::commit_unknown, 0, "accounts", 2},
                             {"unit of an isolation", isolated_unit, errc::commit_unknown, 0, "accounts", 2},
                             {"first level", unit_of_three_levels, errc::connection_lost, 0},
                             {"second level", unit_of_three_levels, errc::connection_lost, 0, "purchases"},
                             {"last level", unit_of_three_levels, errc::commit_unknown, 0, "fills"},
                             {"script", script, errc::commit_unknown, 0, "accounts", 2},
                             {"bulk", bulk_of_one_part, errc::commit_unknown, 0, "accounts", 3},
                             {"parts", bulk_of_several_parts, errc::connection_lost, 0, "accounts", 7},
                             {"chunks", bulk_of_chunks, errc::commit_unknown, 2, "accounts", 3, 2},
                             {"copy_in", copy, errc::connection_lost, 0, "accounts", 7},
                             {"transaction", transaction, errc::connection_lost, 0}}));
    CAPTURE(expected);
    const fresh_database fresh;
    make_tables(fresh);
    kill_at(fresh, place::row, expected.table, expected.row);
    check(fresh.url(), expected);
    CHECK(stored(fresh) == expected.stored);
}

TEST_CASE("a connection that ends in the COMMIT of a verb leaves nothing of it, and nobody knows",
          "[postgres]") {
    NEED_POSTGRES();
    const auto expected =
        GENERATE(values<expectation>({{"insert", single_write, errc::commit_unknown, 0},
                                      {"unit", unit_of_one_level, errc::commit_unknown, 0},
                                      {"unit of an isolation", isolated_unit, errc::commit_unknown, 0},
                                      {"levels", unit_of_three_levels, errc::commit_unknown, 0, "purchases"},
                                      {"script", script, errc::commit_unknown, 0},
                                      {"bulk", bulk_of_one_part, errc::commit_unknown, 0},
                                      {"parts", bulk_of_several_parts, errc::commit_unknown, 0},
                                      {"chunks", bulk_of_chunks, errc::commit_unknown, 2, "accounts", 3, 2},
                                      {"copy_in", copy, errc::commit_unknown, 0},
                                      {"transaction", transaction, errc::commit_unknown, 0}}));
    CAPTURE(expected);
    const fresh_database fresh;
    make_tables(fresh);
    kill_at(fresh, place::commit, expected.table, expected.row);
    check(fresh.url(), expected);
    CHECK(stored(fresh) == expected.stored);
}

TEST_CASE(
    "a connection that ends between the COMMIT of a verb and its answer leaves all of it, and nobody knows",
    "[postgres]") {
    NEED_POSTGRES();
    waiting_server server;
    for (const expectation& expected : std::initializer_list<expectation>{
             {"insert", single_write, errc::commit_unknown, 1},
             {"unit", unit_of_one_level, errc::commit_unknown, 2},
             {"unit of an isolation", isolated_unit, errc::commit_unknown, 2},
             {"levels", unit_of_three_levels, errc::commit_unknown, 3},
             {"script", script, errc::commit_unknown, 2},
             {"bulk", bulk_of_one_part, errc::commit_unknown, 5},
             {"parts", bulk_of_several_parts, errc::commit_unknown, many},
             {"chunks", bulk_of_chunks, errc::commit_unknown, 2, "accounts", 1, 0},
             {"copy_in", copy, errc::commit_unknown, many},
             {"transaction", transaction, errc::commit_unknown, 1}}) {
        CAPTURE(expected);
        const fresh_database fresh(*server);
        make_tables(fresh);
        auto ended = server.end_one();
        check(waiting_server::url(fresh), expected, [&] { ended.get(); });
        CHECK(stored(fresh) == expected.stored);
    }
}

TEST_CASE("a read that is lost is sent again once, and lost a second time it is not", "[postgres]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    const int losses = GENERATE(1, 2);
    auto look = fresh.look();
    look.exec("create sequence reads; create function lose() returns bigint language plpgsql as $$ begin "
              "if nextval('reads') <= " +
              std::to_string(losses) +
              " then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(30); end if; "
              "return 5; end $$; create view watched as select lose() as v");
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(fresh.url());
        const auto read = co_await hawser::as_result(db.query_one<std::int64_t, "select v from watched">());
        if (losses == 1) {
            REQUIRE(read.has_value());
            CHECK(read.value() == 5);
        } else {
            REQUIRE(!read.has_value());
            CHECK(read.error().kind() == errc::connection_lost);
            CHECK_FALSE(read.error().may_have_executed());
            CHECK(read.error().info().sqlstate == "57P01");
        }
        const auto alive = co_await db.query_one<std::int64_t, "select v from watched">();
        CHECK(alive == 5);
        co_await db.close();
    };
    hawser::run(main());
    CHECK(look.integer("select last_value from reads") == 3);
}

TEST_CASE("a read of a session or a transaction that is lost is not sent again", "[postgres]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    auto look = fresh.look();
    look.exec(
        "create sequence reads; create function lose() returns bigint language plpgsql as $$ begin "
        "perform nextval('reads'); perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(30); "
        "return 5; end $$; create view watched as select lose() as v");
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(fresh.url());
        const hawser::session s = co_await db.session();
        const auto alone = co_await error_of(s.query_one<std::int64_t, "select v from watched">());
        CHECK(alone.kind() == errc::connection_lost);
        CHECK_FALSE(alone.may_have_executed());
        const hawser::transaction tx = co_await db.begin();
        const auto within = co_await error_of(tx.query_one<std::int64_t, "select v from watched">());
        CHECK(within.kind() == errc::connection_lost);
        CHECK_FALSE(within.may_have_executed());
        co_await db.close();
    };
    hawser::run(main());
    CHECK(look.integer("select last_value from reads") == 2);
}
