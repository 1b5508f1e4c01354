#include "fixture.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

using namespace market;
using hawser::asc;
using hawser::errc;

namespace {

task<> fill(hawser::database db, int count) {
    hawser::repository<position> positions{db};
    position p = make_position("P");
    co_await positions.insert(p);
    std::vector<trade> rows;
    for (int i = 1; i <= count; ++i) rows.push_back(make_trade(p.id, "A", "1", i));
    hawser::repository<trade> trades{db};
    co_await trades.bulk_insert(rows);
}

template <class Stream>
task<std::vector<std::int64_t>> drained(Stream& rows) {
    std::vector<std::int64_t> ids;
    while (const trade* t = co_await rows.next()) ids.push_back(t->id);
    co_return ids;
}

// Backends that stand in a transaction although nobody asks them for anything.
std::int64_t left_open(support::raw_postgres& look) {
    return look.integer("select count(*) from pg_stat_activity where datname = current_database() and state "
                        "like 'idle in transaction%'");
}

// One connection for all who need one of their own.
const hawser::open_options one_lease{.pool = {.max_connections = 2, .shared_connections = 1}};

} // namespace

TEST_CASE("a stream of any batch size on PostgreSQL gives all rows, once, in order", "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        co_await fill(db, 10);
        hawser::repository<trade> trades{db};
        const auto ids = co_await trades.order_by(hawser::desc<&trade::id>).pluck<&trade::id>();
        std::vector<std::size_t> sizes;
        for (std::size_t size = 0; size < 12; ++size) sizes.push_back(size);
        for (const std::size_t size : sizes) {
            auto rows = trades.order_by(hawser::desc<&trade::id>).stream(size);
            const auto seen = co_await drained(rows);
            CAPTURE(size);
            CHECK(seen == ids);
            const trade* behind = co_await rows.next();
            CHECK(behind == nullptr);
        }
        auto some = trades.where(col<&trade::quantity> > 4).limit(3).stream(2);
        const auto seen = co_await drained(some);
        CHECK(seen.size() == 3);
        auto none = trades.where(col<&trade::quantity> > 40).stream(2);
        const trade* nothing = co_await none.next();
        CHECK(nothing == nullptr);
        auto look = fresh.look();
        while (left_open(look) > 0) co_await db.ping();
    });
}

TEST_CASE("a stream on PostgreSQL sees one moment, and its loop may write", "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        co_await fill(db, 6);
        hawser::repository<trade> trades{db};
        auto rows = trades.order_by(asc<&trade::id>).stream(2);
        int seen = 0;
        while (const trade* t = co_await rows.next()) {
            ++seen;
            CHECK(t->quantity == seen);
            co_await trades.where(col<&trade::id> > t->id).update(hawser::set<&trade::quantity>(100));
        }
        CHECK(seen == 6);
        const auto changed = co_await trades.where(col<&trade::quantity> == 100).count();
        CHECK(changed == 5);
    });
}

TEST_CASE("a stream in a transaction on PostgreSQL sees its changes, beside the same statement run whole",
          "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        co_await fill(db, 5);
        hawser::transaction tx = co_await db.begin();
        hawser::repository<trade> trades{tx};
        co_await trades.erase(1);
        auto rows = trades.order_by(asc<&trade::id>).stream(2);
        const trade* first = co_await rows.next();
        CHECK(first->id == 2);
        const auto whole = co_await trades.order_by(asc<&trade::id>).all();
        CHECK(whole.size() == 4);
        {
            auto dropped = trades.stream(1);
            (void)co_await dropped.next();
        }
        const auto rest = co_await drained(rows);
        CHECK(rest == std::vector<std::int64_t>{3, 4, 5});
        const auto portals = co_await tx.query_one<std::int64_t, "select count(*) from pg_cursors">();
        CHECK(portals == 1); // of this very question: those of the streams are closed
        auto left_open = trades.stream(1);
        (void)co_await left_open.next();
        co_await tx.commit();
        const auto e = co_await error_of(left_open.next());
        CHECK(e.kind() == errc::misuse);
        const auto count = co_await hawser::repository<trade>(db).count();
        CHECK(count == 4);
    });
}

TEST_CASE("dropped and closed streams on PostgreSQL hand their connections back", "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            co_await fill(db, 5);
            hawser::repository<trade> trades{db};
            for (int i = 0; i < 3; ++i) {
                auto rows = trades.stream(2);
                (void)co_await rows.next();
            }
            auto closed = trades.stream(2);
            (void)co_await closed.next();
            closed.close();
            const trade* behind = co_await closed.next();
            CHECK(behind == nullptr);
            auto tx = co_await db.begin(); // the connection is free, and in no transaction
            const auto count = co_await hawser::repository<trade>(tx).count();
            CHECK(count == 5);
            const auto portals = co_await tx.query_one<std::int64_t, "select count(*) from pg_cursors">();
            CHECK(portals == 1);
            co_await tx.commit();
            auto look = fresh.look();
            CHECK(left_open(look) == 0);
        },
        one_lease);
}

TEST_CASE("a stream on PostgreSQL whose snapshot is too old ends, and gives its connection back",
          "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            co_await fill(db, 5);
            hawser::repository<trade> trades{db};
            auto rows = trades.stream(2, {.snapshot_age = std::chrono::milliseconds(100)});
            (void)co_await rows.next();
            (void)co_await rows.next();
            auto look = fresh.look();
            while (left_open(look) > 0) co_await db.ping(); // although the stream is still held
            const auto e = co_await error_of(rows.next());
            CHECK(e.kind() == errc::statement_timeout);
            CHECK(e.id() == "DB_TXN_001");
            const auto again = co_await error_of(rows.next());
            CHECK(again.kind() == errc::misuse);
            auto next = trades.stream(100);
            const auto seen = co_await drained(next);
            CHECK(seen.size() == 5);
        },
        one_lease);
}

TEST_CASE("a cancelled stream on PostgreSQL has ended, and the next one runs", "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            co_await fill(db, 1000);
            auto look = fresh.look();
            // Past the tenth row the server makes us wait.
            look.exec(
                "create view slow_trades as select * from trades where id <= 10 or pg_sleep(0.05) is not "
                "null; alter table trades rename to kept; alter view slow_trades rename to trades");
            hawser::repository<trade> trades{db};
            auto rows = trades.stream(10);
            for (int i = 0; i < 10; ++i) (void)co_await rows.next();
            boost::asio::cancellation_signal stop;
            const auto ex = co_await boost::asio::this_coro::executor;
            const auto one = [&]() -> task<> { (void)co_await rows.next(); };
            std::exception_ptr failure;
            bool done = false;
            boost::asio::co_spawn(ex, one(),
                                  boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) {
                                      failure = e;
                                      done = true;
                                  }));
            while (
                look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                             "wait_event = 'PgSleep'") == 0)
                co_await boost::asio::post(ex, boost::asio::use_awaitable);
            stop.emit(boost::asio::cancellation_type::terminal);
            while (!done) co_await boost::asio::post(ex, boost::asio::use_awaitable);
            CHECK(failure);
            const auto e = co_await error_of(rows.next());
            CHECK(e.kind() == errc::misuse);
            rows.close();
            auto next = trades.limit(10).stream(100); // waits for the connection
            const auto seen = co_await drained(next);
            CHECK(seen.size() == 10);
        },
        one_lease);
}

TEST_CASE("a stream on PostgreSQL that fails within a batch gives none of its rows", "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            co_await fill(db, 6);
            auto look = fresh.look();
            look.exec("alter table trades drop constraint trades_side_check; update trades set side = 'HOLD' "
                      "where id = 4");
            auto rows = hawser::repository<trade>(db).order_by(asc<&trade::id>).stream(256);
            const auto e = co_await error_of(rows.next());
            CHECK(e.kind() == errc::type_mismatch);
            const auto again = co_await error_of(rows.next());
            CHECK(again.kind() == errc::misuse);
            rows.close();
            look.exec("update trades set side = 'BUY'");
            auto next = hawser::repository<trade>(db).stream(2);
            const auto seen = co_await drained(next);
            CHECK(seen.size() == 6);
            look.exec("drop table trades");
            auto gone = hawser::repository<trade>(db).stream(2);
            const auto missing = co_await error_of(gone.next());
            CHECK(missing.kind() == errc::undefined_object);
        },
        one_lease);
}

TEST_CASE("a failure that the server meets far behind the first rows ends a stream on PostgreSQL",
          "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        co_await fill(db, 20);
        auto look = fresh.look();
        look.exec(
            "create view bad as select t.*, 1 / (id - 15) as x from trades t; alter table trades rename "
            "to kept; create view trades as select id, created_at, updated_at, position_id, symbol, side, "
            "price, quantity, executed_at, settled, fee from bad where x < 2");
        auto rows = hawser::repository<trade>(db).stream(4);
        std::size_t seen = 0;
        std::optional<hawser::error> failure;
        while (!failure) {
            auto r = co_await hawser::as_result(rows.next());
            if (r.has_error())
                failure = r.error();
            else
                ++seen;
        }
        CHECK(seen == 4);
        CHECK(failure->info().sqlstate == "22012");
        CHECK(failure->info().statement_name == "trades.select");
        while (left_open(look) > 0) co_await db.ping();
    });
}

TEST_CASE("a stream on a session of PostgreSQL's outlives the session's transactions", "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database&) -> task<> {
        co_await fill(db, 6);
        hawser::session s = co_await db.session();
        hawser::repository<trade> trades{s};
        auto rows = trades.where(col<&trade::quantity> > 1).order_by(asc<&trade::id>).stream(2);
        const trade* first = co_await rows.next();
        REQUIRE(first != nullptr);
        CHECK(first->quantity == 2);
        hawser::transaction tx = co_await s.begin();
        co_await hawser::repository<trade>(tx).where(col<&trade::id> > 0).erase();
        auto within = hawser::repository<trade>(tx).stream(2);
        const trade* nothing = co_await within.next();
        CHECK(nothing == nullptr);
        co_await tx.commit();
        const auto rest = co_await drained(rows);
        CHECK(rest == std::vector<std::int64_t>{3, 4, 5, 6});
        {
            auto dropped = trades.stream(1);
            (void)co_await dropped.next();
        }
        rows.close();
        const auto cursors =
            co_await s.query_one<std::int64_t, "select count(*) from pg_cursors where is_holdable">();
        CHECK(cursors == 0);
        co_await s.close();
    });
}

TEST_CASE("a stream on PostgreSQL whose connection is lost says so, and the next one has another",
          "[postgres][stream]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            co_await fill(db, 10);
            hawser::repository<trade> trades{db};
            auto rows = trades.stream(2);
            (void)co_await rows.next();
            (void)co_await rows.next();
            fresh.cluster().terminate_all(fresh.name());
            const auto e = co_await error_of(rows.next());
            CHECK(e.kind() == errc::connection_lost);
            CHECK_FALSE(e.may_have_executed());
            auto next = trades.stream(100);
            const auto seen = co_await drained(next);
            CHECK(seen.size() == 10);
        },
        one_lease);
}
