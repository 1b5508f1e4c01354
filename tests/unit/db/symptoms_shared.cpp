// What SQLite has, and PostgreSQL too, in the same words or in its own.
#include "door.hpp"
#include "support/until.hpp"
#include "symptoms.hpp"
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

namespace market {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

hawser::error after_close(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await db.close();
        co_return co_await error_of(db.ping());
    });
}
hawser::error same_symbol(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position again = co_await stored(db, "BTC");
        co_return co_await error_of(hawser::repository<position>{db}.insert(again));
    });
}
hawser::error no_position(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        trade orphan = make_trade(77, "BTC", "1");
        co_return co_await error_of(hawser::repository<trade>{db}.insert(orphan));
    });
}
hawser::error null_symbol(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_return co_await error_of(db.execute<"update positions set symbol = null">());
    });
}
hawser::error below_floor(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position p = make_position("BTC", -1000001);
        co_return co_await error_of(hawser::repository<position>{db}.insert(p));
    });
}
hawser::error misspelt(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("select symbol fro positions")));
    });
}
hawser::error no_table(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("delete from positionz")));
    });
}
hawser::error no_row(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(hawser::repository<position>{db}.get(42));
    });
}
hawser::error two_rows(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_await stored(db, "ETH");
        co_return co_await error_of(hawser::repository<position>{db}.one());
    });
}
hawser::error endless_read(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.with({.timeout = 20ms, .name = "risk.load"})
                .query<std::int64_t>(hawser::sql("with recursive n(i) as (select 1 union all select i + 1 "
                                                 "from n) select count(*) from n")));
    });
}
hawser::error text_for_a_number(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_return co_await error_of(db.execute<"update positions set quantity = $1">("many"));
    });
}
hawser::error other_columns(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.query<std::tuple<std::int64_t, std::string>>(hawser::sql("select id from positions")));
    });
}
hawser::error begin_as_text(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("begin")));
    });
}
hawser::error two_statements(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("delete from trades; delete from positions")));
    });
}
hawser::error write_in_a_snapshot(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction snapshot = co_await db.begin({.read_only = true});
        position p = make_position("BTC");
        const auto e = co_await error_of(hawser::repository<position>{snapshot}.insert(p));
        co_await snapshot.rollback();
        co_return e;
    });
}
hawser::error committed_twice(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
        co_await tx.commit();
        co_return co_await error_of(tx.commit());
    });
}
hawser::error out_of_date(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position mine = co_await stored(db, "BTC");
        position theirs = mine;
        hawser::repository<position> positions{db};
        co_await positions.update(theirs);
        co_return co_await error_of(positions.update(mine));
    });
}
hawser::error guard_fails(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        const position p = co_await stored(db, "BTC");
        hawser::unit_of_work unit{db};
        unit.expect<position>(col<&position::quantity> > 5, p.id);
        co_return co_await error_of(unit.commit());
    });
}
hawser::error bad_url(const fresh_place&) {
    return on_opening("mysql://trader:secret@db/trading");
}
hawser::error key_too_early(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::unit_of_work unit{db};
        position p = make_position("BTC");
        const auto pending = unit.insert(p);
        const auto ask = [&]() -> task<std::int64_t> { co_return pending.id().value(); };
        co_return co_await error_of(ask());
    });
}
hawser::error empty_symbol(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position p = make_position("");
        co_return co_await error_of(hawser::repository<position>{db}.insert(p));
    });
}

// One call is in the engine, or one request on its way; others wait.
constexpr hawser::open_options one_at_a_time{.postgres = {.max_pipeline = 1},
                                             .pool = {.shared_connections = 1}};

hawser::error full_queue(const fresh_place& at) {
    hawser::open_options options = one_at_a_time;
    options.sqlite.queue_jobs = options.postgres.queue_jobs = 1;
    return in_market(
        at,
        [&](hawser::database db) -> task<hawser::error> {
            door shut(at, "positions");
            shut.shut();
            position first = make_position("BTC"), second = make_position("ETH");
            hawser::repository<position> positions{db}, hasty{db.with({.timeout = 20ms})};
            bool done = false;
            asio::co_spawn(co_await asio::this_coro::executor, positions.insert(first),
                           [&](std::exception_ptr) { done = true; });
            co_await let_others_begin();
            const auto e = co_await error_of(hasty.insert(second));
            shut.open();
            while (!done) co_await let_others_begin();
            co_return e;
        },
        options);
}
hawser::error taken_back(const fresh_place& at) {
    return in_market(
        at,
        [&](hawser::database db) -> task<hawser::error> {
            door shut(at, "positions");
            shut.shut();
            position first = make_position("BTC"), second = make_position("ETH");
            hawser::repository<position> positions{db};
            asio::cancellation_signal signal;
            std::exception_ptr end;
            int ended = 0;
            const auto here = co_await asio::this_coro::executor;
            asio::co_spawn(here, positions.insert(first), [&](std::exception_ptr) { ++ended; });
            co_await let_others_begin();
            asio::co_spawn(here, positions.insert(second),
                           asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                               end = e;
                               ++ended;
                           }));
            co_await let_others_begin();
            signal.emit(asio::cancellation_type::terminal);
            while (ended < 1) co_await let_others_begin();
            shut.open();
            while (ended < 2) co_await let_others_begin();
            const auto rethrow = [](std::exception_ptr e) -> task<> {
                if (e) std::rethrow_exception(e);
                co_return;
            };
            co_return co_await error_of(rethrow(end));
        },
        one_at_a_time);
}

struct sees_end final : hawser::observer {
    void on(const hawser::transaction_ended&) noexcept override { seen = true; }
    std::atomic<bool> seen{false};
};
hawser::error paused_too_long(const fresh_place& at) {
    sees_end end;
    return in_market(at,
                     [&](hawser::database db) -> task<hawser::error> {
                         hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
                         const hawser::repository<position> positions{tx};
                         co_await positions.count();
                         co_await support::until([&] { return end.seen.load(); });
                         co_return co_await error_of(positions.count());
                     },
                     {.sqlite = {.hold_idle = 500ms}, .postgres = {.hold_idle = 500ms}, .observer = &end});
}

} // namespace

std::vector<symptom> shared_symptoms() {
    using enum said_by;
    return {
        {"after-close", errc::closed, "DB_CONN_003", after_close, both_alike},
        {"same-symbol", errc::unique_violation, "DB_CON_001", same_symbol, each_its_own},
        {"no-position", errc::foreign_key_violation, "DB_CON_002", no_position, each_its_own},
        {"null-symbol", errc::not_null_violation, "DB_CON_003", null_symbol, each_its_own},
        {"below-floor", errc::check_violation, "DB_CON_004", below_floor, each_its_own},
        {"full-queue", errc::pool_exhausted, "DB_PERF_002", full_queue, both_alike},
        {"misspelt", errc::syntax_error, "DB_QRY_001", misspelt, each_its_own},
        {"no-table", errc::undefined_object, "DB_QRY_001", no_table, each_its_own},
        {"no-row", errc::not_found, "DB_QRY_002", no_row, both_alike},
        {"two-rows", errc::too_many_rows, "DB_QRY_003", two_rows, both_alike},
        {"endless-read", errc::statement_timeout, "DB_QRY_004", endless_read, both_alike},
        {"taken-back", errc::cancelled, "DB_QRY_005", taken_back, both_alike},
        {"text-for-a-number", errc::type_mismatch, "DB_QRY_006", text_for_a_number, each_its_own},
        {"other-columns", errc::type_mismatch, "DB_QRY_006", other_columns, both_alike},
        {"begin-as-text", errc::permission_denied, "DB_SEC_001", begin_as_text, both_alike},
        {"two-statements", errc::permission_denied, "DB_SEC_001", two_statements, both_alike},
        {"write-in-a-snapshot", errc::read_only, "DB_SEC_002", write_in_a_snapshot, each_its_own},
        {"committed-twice", errc::misuse, "DB_TXN_001", committed_twice, each_its_own},
        {"paused-too-long", errc::statement_timeout, "DB_TXN_001", paused_too_long, each_its_own},
        {"out-of-date", errc::stale_object, "DB_TXN_003", out_of_date, both_alike},
        {"guard-fails", errc::precondition_failed, "DB_TXN_004", guard_fails, both_alike},
        {"bad-url", errc::misuse, "DB_USE_001", bad_url, both_alike},
        {"key-too-early", errc::misuse, "DB_USE_001", key_too_early, both_alike},
        {"empty-symbol", errc::validation_failed, "DB_VAL_001", empty_symbol, both_alike},
    };
}

} // namespace market
