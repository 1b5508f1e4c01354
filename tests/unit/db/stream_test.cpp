#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_awaitable.hpp>
#include "cancellation.hpp"
#include "on_each_market.hpp"
#include "support/recorder.hpp"

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

} // namespace

TEST_CASE("a stream of any batch size gives all rows, once, in order", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        co_await fill(db, 10);
        hawser::repository<trade> trades{db};
        const auto ids = co_await trades.order_by(hawser::desc<&trade::id>).pluck<&trade::id>();
        for (const std::size_t size : {1u, 3u, 5u, 9u, 10u, 11u, 0u}) {
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
        auto batches = trades.stream(4);
        std::vector<std::size_t> sizes;
        for (auto b = co_await batches.next_batch(); !b.empty(); b = co_await batches.next_batch())
            sizes.push_back(b.size());
        CHECK(sizes == std::vector<std::size_t>{4, 4, 2});
    });
}

TEST_CASE("a stream sees one moment, and its loop may write", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
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

TEST_CASE("a stream in a transaction sees its changes, beside the same statement run whole", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
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
        auto left_open = trades.stream(1);
        (void)co_await left_open.next();
        co_await tx.commit();
        const auto e = co_await error_of(left_open.next());
        CHECK(e.kind() == errc::misuse);
        const auto count = co_await hawser::repository<trade>(db).count();
        CHECK(count == 4);
    });
}

TEST_CASE("dropped and closed streams hand their connections back", "[db]") {
    on_each_market(
        [](hawser::database db) -> task<> {
            co_await fill(db, 5);
            hawser::repository<trade> trades{db};
            // The only reader, or lease: a second stream could not begin if the first one kept it.
            for (int i = 0; i < 3; ++i) {
                auto rows = trades.stream(2);
                (void)co_await rows.next();
            }
            auto closed = trades.stream(2);
            (void)co_await closed.next();
            closed.close();
            const trade* behind = co_await closed.next();
            CHECK(behind == nullptr);
            const auto count = co_await trades.count();
            CHECK(count == 5);
        },
        {.sqlite = {.readers = 1}, .pool = {.max_connections = 2, .shared_connections = 1}});
}

TEST_CASE("a snapshot that is too old ends its stream, and is told to the observer", "[db]") {
    support::recorder watch;
    on_market(where::file,
              [&](hawser::database db) -> task<> {
                  co_await fill(db, 5);
                  hawser::repository<trade> trades{db};
                  auto rows = trades.stream(2, {.snapshot_age = std::chrono::milliseconds(250)});
                  (void)co_await rows.next();
                  (void)co_await rows.next();
                  watch.wait([](const auto& seen) { return !seen.snapshots.empty(); });
                  const auto e = co_await error_of(rows.next());
                  CHECK(e.kind() == errc::statement_timeout);
                  CHECK(e.id() == "DB_TXN_001");
                  const auto again = co_await error_of(rows.next());
                  CHECK(again.kind() == errc::misuse);
                  const auto told = watch.seen().snapshots;
                  CHECK(told == std::vector<std::pair<std::string, bool>>{{"trades.select", true}});
                  watch.forget();
                  auto quick = trades.stream(2);
                  (void)co_await drained(quick);
                  watch.wait([](const auto& seen) { return !seen.snapshots.empty(); });
                  const auto ended = watch.seen().snapshots;
                  CHECK(ended == std::vector<std::pair<std::string, bool>>{{"trades.select", false}});
              },
              {.observer = &watch});
}

TEST_CASE("a cancelled stream has ended, and the next one runs", "[db]") {
    on_each_market(
        [](hawser::database db) -> task<> {
            co_await fill(db, 1000);
            hawser::repository<trade> trades{db};
            auto rows = trades.stream(10);
            (void)co_await rows.next();
            for (int i = 1; i < 10; ++i) (void)co_await rows.next();
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
            stop.emit(boost::asio::cancellation_type::terminal);
            while (!done) co_await boost::asio::post(ex, boost::asio::use_awaitable);
            if (failure) {
                const auto e = co_await error_of(rows.next());
                CHECK(e.kind() == errc::misuse);
            }
            rows.close();
            auto next = trades.stream(100);
            const auto seen = co_await drained(next);
            CHECK(seen.size() == 1000);
        },
        {.sqlite = {.readers = 1}, .pool = {.max_connections = 2, .shared_connections = 1}});
}

TEST_CASE("a stream whose statement fails ends with that failure", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db, 3);
        co_await db.run_script("drop table trades; create table trades (id integer primary key);");
        hawser::repository<trade> trades{db};
        auto rows = trades.stream(2);
        const auto e = co_await error_of(rows.next());
        CHECK(e.kind() == errc::undefined_object);
    });
}

TEST_CASE("a stream that fails within a batch gives none of its rows", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        co_await fill(db, 6);
        auto s = co_await db.session();
        const std::string unchecked = is_postgres(db)
                                          ? "alter table trades drop constraint trades_side_check;"
                                          : "pragma ignore_check_constraints = on;";
        co_await s.run_script(unchecked + "update trades set side = 'HOLD' where id = 4");
        co_await s.close();
        auto rows = hawser::repository<trade>(db).order_by(asc<&trade::id>).stream(256);
        const auto e = co_await error_of(rows.next());
        CHECK(e.kind() == errc::type_mismatch);
        const auto again = co_await error_of(rows.next());
        CHECK(again.kind() == errc::misuse);
        const auto batch = co_await error_of(rows.next_batch());
        CHECK(batch.kind() == errc::misuse);
        rows.close();
        const auto closed = co_await error_of(rows.next());
        CHECK(closed.kind() == errc::misuse);
    });
}

namespace {

// Keeps the thread that decodes a 3 until it is let through.
struct turnstile {
    std::int64_t value{};
    static inline market::barrier* at = nullptr;
};
struct slow_position {
    std::int64_t id{};
    turnstile quantity;
};
BOOST_DESCRIBE_STRUCT(slow_position, (), (id, quantity))

consteval auto hawser_table(hawser::of<slow_position>) {
    return hawser::table<slow_position>("positions", hawser::primary_key<&slow_position::id>);
}

} // namespace

template <>
struct hawser::type_map<turnstile> {
    static constexpr std::string_view sqlite = "INTEGER", postgres = "bigint";
    static void encode(const turnstile& v, parameters& p) { p.integer(v.value); }
    static bool decode(const field_view& f, turnstile& out) {
        out.value = f.integer / 100'000'000;
        if (out.value == 3) turnstile::at->on(hawser::statement_started{.name = "", .sql = "decoding"});
        return true;
    }
};

TEST_CASE("a stream that is let go gives no rows, although its thread goes on", "[db][concurrency]") {
    quiet_market m;
    turnstile::at = &m.at;
    hawser::repository<position> positions{*m.db};
    for (const int quantity : {1, 2, 3, 4}) {
        position p = make_position(std::to_string(quantity), quantity);
        hawser::run(positions.insert(p));
    }
    auto rows = hawser::repository<slow_position>(*m.db).order_by(asc<&slow_position::id>).stream(100);
    m.at.close("decoding");
    cancellable c;
    const auto read = [](auto& from) -> task<> { (void)co_await from.next(); };
    c.start(read(rows));
    c.until([&] { return m.at.standing(); });
    REQUIRE(m.at.standing());
    c.cancel(cancellation_type::partial);
    CHECK(c.end() == "cancelled"); // while the thread still stands
    const auto e = hawser::run(error_of(rows.next()));
    CHECK(e.kind() == errc::misuse);
    rows.close();
    const auto closed = hawser::run(error_of(rows.next_batch()));
    CHECK(closed.kind() == errc::misuse);
    m.at.open();
    CHECK(m.at_rest());
}

TEST_CASE("a stream whose reader is destroyed gives no rows to the next one", "[db][concurrency]") {
    quiet_market m;
    turnstile::at = &m.at;
    hawser::repository<position> positions{*m.db};
    position p = make_position("3", 3);
    hawser::run(positions.insert(p));
    auto rows = hawser::repository<slow_position>(*m.db).order_by(asc<&slow_position::id>).stream(100);
    m.at.close("decoding");
    cancellable c;
    const auto read = [](auto& from) -> task<> { (void)co_await from.next(); };
    c.start(read(rows));
    c.until([&] { return m.at.standing(); });
    REQUIRE(m.at.standing());
    c.io.reset(); // with the coroutine in it
    const auto e = hawser::run(error_of(rows.next()));
    CHECK(e.kind() == errc::misuse);
    m.at.open();
    CHECK(m.at_rest());
}

namespace {

// Counts how many of its rows have been decoded.
struct counted {
    std::int64_t value{};
    static inline std::size_t decoded = 0;
};
struct counted_trade {
    std::int64_t id{};
    counted position_id;
};
BOOST_DESCRIBE_STRUCT(counted_trade, (), (id, position_id))

consteval auto hawser_table(hawser::of<counted_trade>) {
    return hawser::table<counted_trade>("trades", hawser::primary_key<&counted_trade::id>);
}

// How many rows had been decoded each time that one more row was not there yet.
task<std::vector<std::size_t>> fetches(hawser::row_stream<counted_trade> rows) {
    std::vector<std::size_t> seen;
    counted::decoded = 0;
    std::size_t before = 0;
    while (co_await rows.next()) {
        if (counted::decoded != before) seen.push_back(counted::decoded - before);
        before = counted::decoded;
    }
    co_return seen;
}

} // namespace

template <>
struct hawser::type_map<counted> {
    static constexpr std::string_view sqlite = "INTEGER", postgres = "bigint";
    static void encode(const counted& v, parameters& p) { p.integer(v.value); }
    static bool decode(const field_view& f, counted& out) {
        out.value = f.integer;
        ++counted::decoded;
        return true;
    }
};

TEST_CASE("a stream fetches more at once as it goes on, but not where its transaction may change the rows",
          "[db]") {
    using sizes = hawser::detail::fetch_sizes;
    STATIC_REQUIRE(sizes::of(4, 100).most == 128);
    STATIC_REQUIRE(sizes::of(0, 100).batch == 256);
    STATIC_REQUIRE(sizes::of(0, 1024).most == 1024); // a mebibyte of them
    STATIC_REQUIRE(sizes::of(5000, 1024).most == 5000);
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db, 400);
        const hawser::repository<counted_trade> trades{db};
        const auto alone = co_await fetches(trades.order_by(asc<&counted_trade::id>).stream(4));
        CHECK(alone == std::vector<std::size_t>{4, 16, 64, 128, 128, 60});
        hawser::transaction tx = co_await db.begin();
        const hawser::repository<counted_trade> inside{tx};
        const auto within = co_await fetches(inside.order_by(asc<&counted_trade::id>).limit(10).stream(4));
        CHECK(within == std::vector<std::size_t>{4, 4, 2});
        co_await tx.rollback();
    });
}
