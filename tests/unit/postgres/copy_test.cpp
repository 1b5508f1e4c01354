#include "fixture.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include "talk.hpp"
#include <list>
#include <ranges>
#include <string>
#include <vector>

using namespace market;
using hawser::errc;
using support::question;
using support::talk;
namespace pg = support::pg;

namespace {

std::vector<position> many(std::size_t count) {
    std::vector<position> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(make_position("S" + std::to_string(i), static_cast<int>(i % 100)));
    return rows;
}
std::vector<trade> trades_of(std::int64_t position_id, std::size_t count) {
    std::vector<trade> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(make_trade(position_id, "A", "1.5", static_cast<int>(i)));
    return rows;
}
std::int64_t count_of(support::raw_postgres& look, const std::string& table) {
    return look.integer("select count(*) from " + table);
}

} // namespace

TEST_CASE("copy_in stores rows of all kinds of members as single inserts do on PostgreSQL",
          "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        hawser::repository<position> positions{db};
        std::vector<position> rows = many(3);
        rows[1].note = "a \"note\" of \xc3\xa4 rows";
        rows[2].quantity = hawser::decimal<18, 8>::parse("-999999.12345678");
        const std::int64_t copied = co_await positions.copy_in(rows);
        CHECK(copied == 3);
        const auto stored = co_await positions.order_by(hawser::asc<&position::id>).all();
        REQUIRE(stored.size() == 3);
        CHECK(stored[1].note == rows[1].note);
        CHECK(stored[0].note == std::nullopt);
        CHECK(stored[2].quantity == rows[2].quantity);
        CHECK(stored[2].row_version == 1);
        CHECK(stored[0].created_at > hawser::timestamp{});

        std::vector<trade> more = trades_of(stored[0].id, 2);
        more[1].side = market::side::sell;
        more[1].settled = true;
        more[1].fee = 0.25;
        hawser::repository<trade> trades{db};
        co_await trades.copy_in(more);
        const auto read = co_await trades.order_by(hawser::asc<&trade::id>).all();
        REQUIRE(read.size() == 2);
        CHECK(read[1].side == market::side::sell);
        CHECK(read[1].settled);
        CHECK(read[1].fee == 0.25);
        CHECK(read[0].fee == std::nullopt);
        CHECK(read[1].executed_at == more[1].executed_at);
        CHECK(read[1].price == more[1].price);

        std::vector<prediction> features(1);
        features[0].model = "m";
        features[0].features = hawser::json_text(R"({"a": [1, null]})");
        hawser::repository<prediction> predictions{db};
        co_await predictions.copy_in(features);
        const auto p = co_await predictions.get({"m", ""});
        CHECK(p.features.text() == R"({"a": [1, null]})");
        const std::vector<position> none;
        const std::int64_t nothing = co_await positions.copy_in(none);
        CHECK(nothing == 0);
    });
}

TEST_CASE("copy_in writes values in the types that the table has", "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P");
        co_await positions.insert(p);
        hawser::repository<trade> trades{db};
        std::vector<trade> rows = trades_of(p.id, 2);
        co_await trades.copy_in(rows);
        auto look = fresh.look();
        look.exec(
            "create domain ticker as varchar(8); alter table trades alter column symbol type ticker, alter "
            "column executed_at type timestamp, alter column fee type real, alter column position_id type "
            "int; alter table trades alter column settled type boolean");
        rows[1].fee = 0.5;
        co_await trades.copy_in(rows); // on the connection that knew them otherwise
        CHECK(count_of(look, "trades") == 4);
        CHECK(look.text("select fee || ' ' || executed_at from trades where fee is not null") ==
              "0.5 2026-01-02 03:04:05.000006");
        rows[1].position_id = std::int64_t{1} << 40;
        const auto wide = co_await error_of(trades.copy_in(rows));
        CHECK(wide.kind() == errc::out_of_range);
        CHECK(wide.info().row == 1);
        CHECK(wide.info().columns == std::vector<std::string>{"position_id"});
        look.exec("create type mood as enum ('BUY', 'NEVER'); alter table trades drop constraint "
                  "trades_side_check; "
                  "alter table trades alter column side type mood using side::mood");
        rows[1].position_id = p.id;
        rows[1].side = market::side::sell;
        const auto unknown = co_await error_of(trades.copy_in(rows));
        CHECK(unknown.info().sqlstate == "22P02");
        CHECK(unknown.info().row == 1);
        CHECK(unknown.info().columns == std::vector<std::string>{"side"});
        CHECK(count_of(look, "trades") == 4);
        const auto count = co_await trades.count();
        CHECK(count == 4);
    });
}

TEST_CASE("a row that the server refuses is named by copy_in, and none is stored", "[postgres][copy]") {
    NEED_POSTGRES();
    const std::size_t bad = GENERATE(0u, 17u, 4999u);
    on_postgres([bad](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        position there = make_position("THERE");
        co_await positions.insert(there);
        std::vector<position> rows = many(5000);
        rows[bad].symbol = "THERE";
        const auto twice = co_await error_of(positions.copy_in(rows));
        CHECK(twice.kind() == errc::unique_violation);
        CHECK(twice.violates<&position::symbol>());
        CHECK(twice.info().row == bad);
        CHECK(twice.info().statement_name == "positions.copy_in");
        CHECK_FALSE(twice.may_have_executed());
        rows[bad].symbol = "NEW";
        rows[bad].quantity = -1000001;
        const auto checked = co_await error_of(positions.copy_in(rows));
        CHECK(checked.kind() == errc::check_violation);
        CHECK(checked.info().row == bad);
        rows[bad].quantity = 1;
        rows[bad].note = std::string("zero \0 byte", 11);
        const auto zero = co_await error_of(positions.copy_in(rows));
        CHECK(zero.info().sqlstate == "22021");
        CHECK(zero.info().row == bad);
        CHECK(zero.info().columns == std::vector<std::string>{"note"});
        auto look = fresh.look();
        CHECK(count_of(look, "positions") == 1);
        rows[bad].note = "well";
        const std::int64_t copied = co_await positions.copy_in(rows); // on the same connection
        CHECK(copied == 5000);
        CHECK(count_of(look, "positions") == 5001);
    });
}

TEST_CASE("what fails behind the last row of copy_in undoes all of them", "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<trade> trades{db};
        const std::vector<trade> orphans = trades_of(99, 10);
        const auto e = co_await error_of(trades.copy_in(orphans));
        CHECK(e.kind() == errc::foreign_key_violation);
        auto look = fresh.look();
        CHECK(count_of(look, "trades") == 0);
        hawser::transaction tx = co_await db.begin();
        position p = make_position("KEPT");
        co_await hawser::repository<position>(tx).insert(p);
        const auto within = co_await error_of(hawser::repository<trade>(tx).copy_in(orphans));
        CHECK(within.kind() == errc::foreign_key_violation);
        const std::vector<trade> rows = trades_of(p.id, 10);
        co_await hawser::repository<trade>(tx).copy_in(rows);
        co_await tx.commit();
        CHECK(count_of(look, "positions") == 1);
        CHECK(count_of(look, "trades") == 10);
    });
}

TEST_CASE("a source that fails ends copy_in with its failure, and nothing is stored", "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("P");
        co_await positions.insert(p);
        hawser::repository<trade> trades{db};
        std::vector<trade> rows = trades_of(p.id, 30000);
        rows[29000].side = static_cast<market::side>(7);
        const auto e = co_await error_of(trades.copy_in(rows));
        CHECK(e.kind() == errc::out_of_range);
        CHECK(e.info().row == 29000);
        auto look = fresh.look();
        CHECK(count_of(look, "trades") == 0);
        auto broken = std::views::iota(0, 30000) | std::views::transform([&](int i) {
                          if (i == 20000) throw std::runtime_error("the feed broke");
                          return make_trade(p.id, "A", "1", i);
                      });
        std::string told;
        try {
            co_await trades.copy_in(broken);
        } catch (const std::runtime_error& failure) { told = failure.what(); }
        CHECK(told == "the feed broke");
        CHECK(count_of(look, "trades") == 0);
        rows[29000].side = market::side::buy;
        const std::int64_t copied = co_await trades.copy_in(rows);
        CHECK(copied == 30000);
        CHECK(count_of(look, "trades") == 30000);
        CHECK(
            look.integer("select count(*) from pg_stat_activity where datname = current_database() and state "
                         "like 'idle in transaction%'") == 0);
    });
}

TEST_CASE("copy_in takes ranges a chunk at a time, in one transaction or each in its own",
          "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        const std::vector<position> all = many(1000);
        std::list<position> rows(all.begin(), all.end());
        const std::int64_t copied = co_await positions.copy_in(rows, {.chunk = 300});
        CHECK(copied == 1000);
        auto look = fresh.look();
        for (position& p : rows) p.symbol += "x";
        rows.back().symbol = "S0";
        const auto whole = co_await error_of(positions.copy_in(rows, {.chunk = 300}));
        CHECK(whole.kind() == errc::unique_violation);
        CHECK(whole.info().row == 999);
        CHECK(count_of(look, "positions") == 1000);
        const auto parts = co_await error_of(positions.copy_in(rows, {.atomic = false, .chunk = 300}));
        CHECK(parts.kind() == errc::unique_violation);
        CHECK(parts.info().row == 999);
        CHECK(parts.info().resume_from == 900);
        CHECK(count_of(look, "positions") == 1900);
    });
}

TEST_CASE("copy_in that the server keeps waiting ends at its deadline, and keeps nobody else waiting",
          "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        std::vector<position> rows = many(20000);
        for (position& p : rows) p.note = std::string(500, 'x'); // more than the sockets take
        auto look = fresh.look();
        look.exec("begin; lock table positions in share mode");
        const hawser::repository<position> hurried{db.with({.timeout = std::chrono::milliseconds(100)})};
        bool ended = false;
        std::optional<hawser::error> failure;
        auto copy = [&]() -> task<> {
            failure = co_await error_of(hurried.copy_in(rows));
            ended = true;
        };
        boost::asio::co_spawn(co_await boost::asio::this_coro::executor, copy(), boost::asio::detached);
        std::size_t others = 0;
        while (!ended) {
            co_await positions.count();
            ++others;
        }
        CHECK(failure->kind() == errc::statement_timeout);
        CHECK(others > 1);
        look.exec("rollback");
        // The connection ends what it was asked, in its own time, and serves again.
        while (
            look.integer("select count(*) from pg_stat_activity where datname = current_database() and state "
                         "<> 'idle' and pid <> pg_backend_pid()") > 0)
            co_await db.ping();
        CHECK(count_of(look, "positions") == 0);
        const std::int64_t copied = co_await positions.copy_in(rows);
        CHECK(copied == 20000);
        CHECK(count_of(look, "positions") == 20000);
    });
}

TEST_CASE("copy_in whose connection is lost has stored nothing, and says so", "[postgres][copy]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        const std::vector<position> rows = many(50000);
        auto look = fresh.look();
        look.exec("begin; lock table positions in share mode");
        auto watch = fresh.look(); // what others do is seen but once in a transaction
        std::optional<hawser::error> failure;
        auto copy = [&]() -> task<> { failure = co_await error_of(positions.copy_in(rows)); };
        boost::asio::co_spawn(co_await boost::asio::this_coro::executor, copy(), boost::asio::detached);
        while (watch.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                             "wait_event_type = 'Lock'") == 0)
            co_await db.ping();
        const auto backend =
            watch.integer("select pid from pg_stat_activity where datname = current_database() and "
                          "wait_event_type = 'Lock'");
        fresh.cluster().terminate(static_cast<std::int32_t>(backend));
        while (!failure) co_await db.ping();
        CHECK(failure->kind() == errc::connection_lost);
        CHECK_FALSE(failure->may_have_executed());
        look.exec("rollback");
        CHECK(count_of(look, "positions") == 0);
        const std::int64_t copied = co_await positions.copy_in(rows);
        CHECK(copied == 50000);
    });
}

namespace {

constexpr std::uint32_t int8 = 20;
constexpr std::uint32_t text = 25;

// So many rows of a number and a text; counts those that it was asked for.
struct numbers final : hawser::row_source {
    explicit numbers(std::size_t n, std::size_t width = 1) : count(n), word(width, 'x') {}
    std::size_t size() const override { return count; }
    void encode(std::size_t index, hawser::parameters& to) const override {
        ++asked;
        if (index == fails_at) hawser::throw_error(errc::type_mismatch, "no such number");
        to.integer(static_cast<std::int64_t>(index));
        to.text(word);
    }
    void assigned(std::size_t, std::int64_t) override {}
    std::size_t count;
    std::string word;
    std::size_t fails_at = static_cast<std::size_t>(-1);
    mutable std::size_t asked = 0;
};

const hawser::table_info table{.name = "t", .constraints = {}};
const hawser::statement copy_statement({.name = "t.copy_in",
                                        .sqlite = {},
                                        .postgres = "copy \"t\" (\"n\", \"w\") from stdin (format binary)",
                                        .parameters = 2,
                                        .table = &table});

question copying(numbers& from) {
    question q(hawser::engine::batch_mode::atomic);
    auto& r = q.job->batch.requests.emplace_back();
    r.what = &copy_statement;
    r.bulk = &from;
    r.bulk_as = hawser::engine::bulk_verb::copy;
    return q;
}

std::string described(const std::vector<pg::column>& columns) {
    return pg::parse_complete() + pg::parameter_description({}) +
           (columns.empty() ? pg::no_data() : pg::row_description(columns));
}
std::string done(std::string_view tag, char status) {
    return described({}) + pg::bind_complete() + pg::command_complete(tag) + pg::ready(status);
}
const std::string begun = described({}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                          described({{"n", int8}, {"w", text}}) + pg::ready('T');
const std::string signature("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
const std::string copies = pg::parse("", "copy \"t\" (\"n\", \"w\") from stdin (format binary)", {}) +
                           pg::describe('S', "") + pg::bind("", "", {}, {}, {}) + pg::execute() +
                           pg::copy_data(signature);
std::string tuple(std::int64_t n, std::string_view word) {
    return pg::int2(2) + pg::int4(8) + pg::int8(n) + pg::int4(static_cast<std::int32_t>(word.size())) +
           std::string(word);
}

// On a connection of its own, and where the rows are to be sent.
struct copied : talk {
    explicit copied(const question& q) {
        (*this)->lend(true);
        ask(q);
        asked = said();
        CHECK(hear(begun));
    }
    std::string asked;
};

} // namespace

TEST_CASE("copy_in asks for the types of the columns, and sends the rows in them", "[postgres][copy]") {
    numbers rows(2);
    const auto q = copying(rows);
    copied t(q);
    CHECK(pg::hex(t.asked) ==
          pg::hex(pg::parse("s1", "begin", {}) + pg::describe('S', "s1") + pg::bind("", "s1", {}) +
                  pg::execute() + pg::parse("", "select \"n\", \"w\" from \"t\"", {}) +
                  pg::describe('S', "") + pg::sync()));
    CHECK(pg::hex(t.said()) ==
          pg::hex(copies + pg::copy_data(tuple(0, "x") + tuple(1, "x") + pg::int2(-1)) + pg::copy_done() +
                  pg::parse("s2", "commit", {}) + pg::describe('S', "s2") + pg::bind("", "s2", {}) +
                  pg::execute() + pg::sync()));
    CHECK(t.hear(described({}) + pg::bind_complete() + pg::copy_in_response({1, 1}) +
                 pg::command_complete("COPY 2")));
    CHECK(!t.has_ended(q));
    CHECK(t.hear(done("COMMIT", 'I')));
    REQUIRE(t.has_ended(q));
    CHECK(t.kind_of(q) == std::string("none"));
    CHECK(q.job->batch.requests[0].rows_affected == 2);
    CHECK(q.job->batch.requests[0].rows_done == 2);
}

TEST_CASE("copy_in makes no more rows than the socket takes", "[postgres][copy]") {
    numbers rows(1000, 100'000);
    const auto q = copying(rows);
    copied t(q);
    constexpr std::size_t a_row = 100'100;
    constexpr std::size_t rows_at_once = 3; // with two of them there is still room in 256 KiB
    CHECK(rows.asked == rows_at_once);
    std::size_t sent = 0;
    while (rows.asked < rows.count) {
        const std::size_t before = rows.asked;
        const std::string bytes = t.said();
        CHECK(bytes.size() < rows_at_once * a_row);
        sent += bytes.size();
        t->feed();
        REQUIRE(rows.asked > before);
        REQUIRE(rows.asked <= before + rows_at_once);
    }
    sent += t.said().size();
    CHECK(sent > rows.count * 100'000);
}

TEST_CASE("copy_in that the server refuses is ended by a Sync, and one whose rows fail by CopyFail",
          "[postgres][copy]") {
    const std::string undone = pg::parse("s2", "rollback", {}) + pg::describe('S', "s2") +
                               pg::bind("", "s2", {}) + pg::execute() + pg::sync();
    numbers rows(100, 100'000);
    SECTION("the server") {
        const auto q = copying(rows);
        copied t(q);
        static_cast<void>(t.said());
        CHECK(t.hear(described({}) + pg::bind_complete() + pg::copy_in_response({1, 1}) +
                     pg::error({{'S', "ERROR"},
                                {'V', "ERROR"},
                                {'C', "22P03"},
                                {'M', "incorrect binary data format"},
                                {'W', "COPY t, line 3, column w"}})));
        t->feed();
        CHECK(pg::hex(t.said()) == pg::hex(pg::sync() + undone));
        CHECK(t.hear(pg::ready('E') + done("ROLLBACK", 'I')));
        REQUIRE(t.has_ended(q));
        const auto e = support::error_in(q.job->failure);
        CHECK(e.info().sqlstate == "22P03");
        CHECK(e.info().row == 2);
        CHECK(e.info().columns == std::vector<std::string>{"w"});
    }
    SECTION("a row") {
        rows.fails_at = 20;
        const auto q = copying(rows);
        copied t(q);
        std::string bytes = t.said();
        while (rows.asked <= rows.fails_at) {
            const std::size_t before = rows.asked;
            t->feed();
            bytes = t.said();
            REQUIRE(rows.asked > before);
        }
        const std::string end = pg::copy_fail("the client has given up") + pg::sync() + undone;
        REQUIRE(bytes.size() > end.size());
        CHECK(pg::hex(bytes.substr(bytes.size() - end.size())) == pg::hex(end));
        CHECK(t.hear(described({}) + pg::bind_complete() + pg::copy_in_response({1, 1}) +
                     pg::error("57014", "COPY from stdin failed: the client has given up") + pg::ready('E') +
                     done("ROLLBACK", 'I')));
        REQUIRE(t.has_ended(q));
        const auto e = support::error_in(q.job->failure);
        CHECK(e.kind() == errc::type_mismatch);
        CHECK(e.info().row == 20);
    }
    CHECK(rows.asked < 30);
}

TEST_CASE("others wait while copy_in is under way on their connection, and are not mixed up with it",
          "[postgres][copy]") {
    numbers rows(1);
    const auto q = copying(rows);
    copied t(q);
    const auto other = support::write("delete from t");
    t.ask(other);
    const bool fails = GENERATE(false, true); // then it would meet the failed transaction
    CHECK(t.said().find("delete from t") == std::string::npos);
    const std::string began = described({}) + pg::bind_complete() + pg::copy_in_response({1, 1});
    if (fails) {
        CHECK(t.hear(began + pg::error("23505", "twice") + pg::ready('E')));
        static_cast<void>(t.said());
        CHECK(t.hear(done("ROLLBACK", 'I')));
    } else {
        CHECK(t.hear(began + pg::command_complete("COPY 1") + done("COMMIT", 'I')));
    }
    REQUIRE(t.has_ended(q));
    CHECK(t.kind_of(q) == std::string(fails ? "unique_violation" : "none"));
    t->feed();
    CHECK(t.said().find("delete from t") != std::string::npos);
    CHECK(t.hear(done("DELETE 1", 'I')));
    REQUIRE(t.has_ended(other));
    CHECK(t.kind_of(other) == std::string("none"));
}
