// Bulk calls that run chunk by chunk: progress, commits between chunks, resuming, cancellation.
#include "bulk_rows.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <ranges>

using namespace market;
using hawser::errc;
namespace asio = boost::asio;

namespace {

steps steps_of(std::size_t count, std::size_t chunk) {
    steps wanted;
    for (std::size_t done = 0; done < count;) {
        done = std::min(done + chunk, count);
        wanted.emplace_back(done, count);
    }
    return wanted;
}

} // namespace

TEST_CASE("progress is told once after each chunk, on the awaiting thread", "[db]") {
    const bool atomic = GENERATE(true, false);
    const std::size_t count = GENERATE(0u, 1u, 9u, 10u, 11u, 95u);
    on_each_market([=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(count);
        steps seen;
        const auto here = std::this_thread::get_id();
        bool elsewhere = false;
        const auto note = [&](std::size_t done, std::size_t total) {
            seen.emplace_back(done, total);
            elsewhere = elsewhere || std::this_thread::get_id() != here;
        };
        const auto ids =
            co_await positions.bulk_insert(rows, {.atomic = atomic, .chunk = 10, .progress = note});
        CHECK(seen == steps_of(count, 10));
        CHECK_FALSE(elsewhere);
        REQUIRE(ids.size() == count);
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        REQUIRE(read.size() == count);
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(read[i].id == ids[i]);
            REQUIRE(read[i].symbol == rows[i].symbol);
        }
    });
}

TEST_CASE("a failure in any chunk of an atomic call leaves nothing", "[db]") {
    const std::size_t offender = GENERATE(0u, 9u, 10u, 25u, 39u);
    on_each_market(everywhere(), [=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = many(40);
        rows[offender].quantity = -2000000;
        std::size_t told = 0;
        const auto note = [&](std::size_t done, std::size_t) { told = done; };
        const auto e = co_await error_of(positions.bulk_insert(rows, {.chunk = 10, .progress = note}));
        CHECK(e.kind() == errc::check_violation);
        CHECK(e.info().row == row_refused(db, offender));
        CHECK_FALSE(e.info().resume_from);
        CHECK(told == offender / 10 * 10);
        const auto count = co_await positions.count();
        CHECK(count == 0);
    });
}

TEST_CASE("a call that is not atomic keeps the chunks before a failure and is resumed from there", "[db]") {
    const std::size_t offender = GENERATE(0u, 9u, 10u, 25u, 39u);
    on_each_market(everywhere(), [=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        auto rows = many(40);
        rows[offender].quantity = -2000000;
        const auto e = co_await error_of(positions.bulk_insert(rows, {.atomic = false, .chunk = 10}));
        CHECK(e.kind() == errc::check_violation);
        CHECK(e.info().row == row_refused(db, offender));
        REQUIRE(e.info().resume_from);
        // A chunk may be committed in parts.
        CHECK(*e.info().resume_from >= offender / 10 * 10);
        CHECK(*e.info().resume_from <= offender);
        const auto count = co_await positions.count();
        CHECK(count == static_cast<std::int64_t>(*e.info().resume_from));
        rows[offender].quantity = 1;
        steps seen;
        const auto note = [&](std::size_t done, std::size_t total) { seen.emplace_back(done, total); };
        const auto ids = co_await positions.bulk_insert(
            rows, {.atomic = false, .chunk = 40, .progress = note, .resume_from = *e.info().resume_from});
        CHECK(seen == steps{{40, 40}});
        REQUIRE(ids.size() == 40);
        for (std::size_t i = 0; i < 40; ++i) CHECK((ids[i] == 0) == (i < *e.info().resume_from));
        const auto symbols = co_await positions.order_by(hawser::asc<&position::id>).all();
        REQUIRE(symbols.size() == 40);
        for (std::size_t i = 0; i < 40; ++i) CHECK(symbols[i].symbol == rows[i].symbol);
    });
}

TEST_CASE("resuming at the end does nothing, behind it is misuse", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(5);
        const auto ids = co_await positions.bulk_insert(rows, {.resume_from = 5});
        CHECK(ids == std::vector<std::int64_t>(5));
        const auto e = co_await error_of(positions.bulk_insert(rows, {.resume_from = 6}));
        CHECK(e.kind() == errc::misuse);
        const auto count = co_await positions.count();
        CHECK(count == 0);
    });
}

TEST_CASE("copy_in of a list is told, resumed and named by its rows like a span", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto all = many(35);
        std::list<position> rows(all.begin(), all.end());
        std::next(rows.begin(), 27)->symbol = "";
        steps seen;
        const auto note = [&](std::size_t done, std::size_t total) { seen.emplace_back(done, total); };
        const hawser::bulk_options by_chunks{.atomic = false, .chunk = 10, .progress = note};
        std::vector<hawser::violation> found;
        std::optional<std::size_t> resume;
        try {
            co_await positions.copy_in(rows, by_chunks);
        } catch (const hawser::validation_error& e) {
            found.assign(e.violations().begin(), e.violations().end());
            resume = e.info().resume_from;
        }
        CHECK(seen == steps{{10, 35}, {20, 35}});
        REQUIRE(found.size() == 1);
        CHECK(found[0].row == 27);
        CHECK(resume == 20);
        *std::next(rows.begin(), 27) = all[27];
        hawser::bulk_options rest = by_chunks;
        rest.resume_from = 20;
        const auto copied = co_await positions.copy_in(rows, rest);
        CHECK(copied == 15);
        CHECK(seen == steps{{10, 35}, {20, 35}, {30, 35}, {35, 35}});
        const auto read = co_await positions.order_by(hawser::asc<&position::id>).all();
        REQUIRE(read.size() == 35);
        for (std::size_t i = 0; i < 35; ++i) CHECK(read[i].symbol == all[i].symbol);
    });
}

TEST_CASE("progress that throws ends the call with what it threw", "[db]") {
    const bool atomic = GENERATE(true, false);
    on_each_market([=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(40);
        const auto stop = [](std::size_t done, std::size_t) {
            if (done == 20) throw std::runtime_error("enough");
        };
        std::string what;
        try {
            co_await positions.bulk_insert(rows, {.atomic = atomic, .chunk = 10, .progress = stop});
        } catch (const std::runtime_error& e) { what = e.what(); }
        CHECK(what == "enough");
        const auto count = co_await positions.count();
        CHECK(count == (atomic ? 0 : 20));
    });
}

TEST_CASE("in a transaction a call that is not atomic leaves its earlier chunks to it", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> inside{tx};
        auto rows = many(40);
        rows[25].quantity = -2000000;
        const auto e = co_await error_of(inside.bulk_insert(rows, {.atomic = false, .chunk = 10}));
        CHECK(e.info().row == row_refused(db, 25));
        CHECK(e.info().resume_from == 20);
        if (is_postgres(db)) { // where the failure has ended the transaction
            const auto refused = co_await error_of(inside.count());
            CHECK(refused.info().sqlstate == "25P02");
            co_return;
        }
        steps seen;
        const auto note = [&](std::size_t done, std::size_t total) { seen.emplace_back(done, total); };
        auto more = many(20, 100);
        more[15].quantity = -2000000;
        const auto undone = co_await error_of(inside.bulk_insert(more, {.chunk = 10, .progress = note}));
        CHECK(undone.info().row == 15);
        CHECK(seen == steps{{10, 20}});
        const auto count = co_await inside.count();
        CHECK(count == 20);
        co_await tx.commit();
        const auto left = co_await hawser::repository<position>{db}.count();
        CHECK(left == 20);
    });
}

TEST_CASE("others get their turn between the chunks of a call that is not atomic, not of an atomic one",
          "[db]") {
    const bool atomic = GENERATE(true, false);
    on_market([=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(40);
        const auto executor = co_await asio::this_coro::executor;
        bool sent = false;
        bool stored_before_end = false;
        bool running = true;
        std::optional<std::int64_t> key;
        asio::cancellation_signal done; // keeps the spawned call's own slot
        auto neighbour = [&]() -> task<> {
            position beside = make_position("BESIDE");
            co_await positions.insert(beside);
            key = beside.id;
            stored_before_end = running;
        };
        const auto note = [&](std::size_t, std::size_t) {
            if (std::exchange(sent, true)) return;
            asio::co_spawn(executor, neighbour(), asio::detached);
        };
        co_await positions.bulk_insert(rows, {.atomic = atomic, .chunk = 1, .progress = note});
        running = false;
        while (!key) co_await asio::post(executor, asio::use_awaitable);
        CHECK(stored_before_end == !atomic);
        const auto count = co_await positions.count();
        CHECK(count == 41);
    });
}

TEST_CASE("a call that is cancelled between chunks says what is kept", "[db]") {
    const bool atomic = GENERATE(true, false);
    on_each_market([=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(40);
        const auto executor = co_await asio::this_coro::executor;
        asio::cancellation_signal signal;
        const auto note = [&](std::size_t done, std::size_t) {
            if (done == 20) signal.emit(asio::cancellation_type::terminal);
        };
        const hawser::bulk_options options{.atomic = atomic, .chunk = 10, .progress = note};
        std::exception_ptr failure;
        bool ended = false;
        asio::co_spawn(executor, positions.bulk_insert(rows, options),
                       asio::bind_cancellation_slot(
                           signal.slot(), [&](std::exception_ptr e, const std::vector<std::int64_t>&) {
                               failure = std::move(e);
                               ended = true;
                           }));
        while (!ended) co_await asio::post(executor, asio::use_awaitable);
        std::optional<hawser::error> e;
        try {
            if (failure) std::rethrow_exception(failure);
        } catch (const hawser::error& thrown) { e = thrown; }
        REQUIRE(e);
        CHECK(e->kind() == errc::cancelled);
        CHECK(e->info().resume_from == (atomic ? std::nullopt : std::optional<std::size_t>(20)));
        const auto count = co_await positions.count();
        CHECK(count == (atomic ? 0 : 20));
        position after = make_position("AFTER");
        co_await positions.insert(after);
    });
}

TEST_CASE("a bulk call that waits for its turn is cancelled at once", "[db]") {
    const bool by_chunks = GENERATE(false, true);
    const auto type = GENERATE(asio::cancellation_type::terminal, asio::cancellation_type::total);
    on_market([=](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = many(40);
        const auto executor = co_await asio::this_coro::executor;
        hawser::transaction holder = co_await db.begin();
        asio::cancellation_signal signal;
        const auto none = [](std::size_t, std::size_t) {};
        hawser::bulk_options options{.chunk = 10};
        if (by_chunks) options.progress = none;
        std::optional<errc> kind;
        bool ended = false;
        auto call = [&]() -> task<> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            const auto r = co_await hawser::as_result(positions.bulk_insert(rows, options));
            if (r.has_error()) kind = r.error().kind();
            ended = true;
        };
        asio::co_spawn(executor, call(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
        for (int i = 0; i < 4; ++i) co_await asio::post(executor, asio::use_awaitable);
        CHECK_FALSE(ended);
        signal.emit(type);
        while (!ended) co_await asio::post(executor, asio::use_awaitable);
        CHECK(kind == errc::cancelled);
        co_await holder.commit();
        const auto count = co_await positions.count();
        CHECK(count == 0);
    });
}

TEST_CASE("a context that goes with a waiting bulk call takes it along", "[db]") {
    support::temporary_folder folder;
    asio::io_context other;
    std::optional<hawser::database> db;
    const std::string url = url_of(where::file, folder);
    auto main = [&]() -> task<> {
        db = co_await hawser::open(url);
        co_await db->create_tables<position, trade, prediction>();
        hawser::transaction holder = co_await db->begin();
        {
            auto rows = std::make_unique<std::vector<position>>(many(100));
            asio::io_context going;
            hawser::repository<position> positions{db->with({.actor = "somebody with a long name"})};
            asio::co_spawn(going, positions.bulk_upsert(*rows), asio::detached);
            const auto none = [](std::size_t, std::size_t) {};
            asio::co_spawn(going, positions.bulk_insert(*rows, {.progress = none}), asio::detached);
            going.poll();
        }
        co_await holder.commit();
        const auto count = co_await hawser::repository<position>{*db}.count();
        CHECK(count == 0);
        co_await db->close();
    };
    hawser::run(main());
}
