// What PostgreSQL alone has: of connections, and of locks that are not the writer's.
#include "support/until.hpp"
#include "symptoms.hpp"
#include <boost/asio/co_spawn.hpp>
#include <fstream>

namespace market {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

hawser::error no_server(const fresh_place& at) {
    const std::string nowhere = (at.server().cluster().folder() / "nowhere").string();
    return on_opening("postgres://trader:secret@/desk?host=" + nowhere);
}
hawser::error no_login(const fresh_place& at) {
    auto where = at.server().address();
    where.user = "nobody";
    where.password = "secret";
    return on_opening(where.url());
}
hawser::error server_gone(const fresh_place& at) {
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        hawser::session held = co_await db.session();
        at.server().cluster().terminate_all(at.server().name());
        co_return co_await error_of(hawser::repository<position>{held}.count());
    });
}
hawser::error no_connection(const fresh_place& at) {
    return in_market(at,
                     [](hawser::database db) -> task<hawser::error> {
                         hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
                         const auto e = co_await error_of(db.begin({.name = "rebalance"}));
                         co_await tx.rollback();
                         co_return e;
                     },
                     {.pool = {.max_connections = 1, .shared_connections = 1, .acquire_timeout = 1s}});
}
hawser::error overlap(const fresh_place& at) {
    at.server().look().exec("create table shifts (begins int, ends int, constraint shifts_apart "
                            "exclude using gist (int4range(begins, ends) with &&)); "
                            "insert into shifts values (1, 5)");
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.with({.name = "shifts.add"}).execute<"insert into shifts values ($1, $2)">(4, 8));
    });
}
hawser::error not_serializable(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        const position p = co_await stored(db, "BTC");
        hawser::transaction tx = co_await db.begin({.isolation = hawser::isolation::serializable});
        const hawser::repository<position> mine{tx}, others{db};
        co_await mine.count();
        co_await others.update(p.id, hawser::set<&position::note>("meanwhile"));
        const auto e = co_await error_of(mine.update(p.id, hawser::set<&position::note>("mine")));
        co_await tx.rollback();
        co_return e;
    });
}
// Each has locked the row that the other wants: who is refused is the server's choice.
hawser::error locked_out(const fresh_place& at) {
    at.server().cluster().admin().exec("alter database " + at.server().name() +
                                       " set deadlock_timeout = '10ms'");
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        const position a = co_await stored(db, "BTC"), b = co_await stored(db, "ETH");
        hawser::transaction first = co_await db.begin(), second = co_await db.begin();
        const hawser::repository<position> one{first}, other{second};
        const auto change = hawser::set<&position::note>("mine");
        co_await one.update(a.id, change);
        co_await other.update(b.id, change);
        std::exception_ptr end;
        bool ended = false;
        const auto wants = [&]() -> task<> { co_await one.update(b.id, change); };
        asio::co_spawn(co_await asio::this_coro::executor, wants(), [&](std::exception_ptr e) {
            end = e;
            ended = true;
        });
        const auto mine = co_await hawser::as_result(other.update(a.id, change));
        if (mine.has_error()) co_await second.rollback();
        while (!ended) co_await let_others_begin();
        if (mine.has_error()) co_return mine.error();
        const auto rethrow = [](std::exception_ptr e) -> task<> {
            if (e) std::rethrow_exception(e);
            co_return;
        };
        co_return co_await error_of(rethrow(end));
    });
}
hawser::error lock_refused(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        hawser::transaction first = co_await db.begin(), second = co_await db.begin();
        co_await hawser::repository<position>{first}.order_by(hawser::asc<&position::id>).for_update().all();
        const auto e = co_await error_of(hawser::repository<position>{second}
                                             .order_by(hawser::asc<&position::id>)
                                             .for_update()
                                             .nowait()
                                             .all());
        co_await second.rollback();
        co_await first.rollback();
        co_return e;
    });
}
hawser::error table_in_use(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_await stored(db, "ETH");
        hawser::transaction tx = co_await db.begin();
        auto rows = hawser::repository<position>{tx}.order_by(hawser::asc<&position::id>).stream(1);
        co_await rows.next();
        const auto e =
            co_await error_of(tx.execute(hawser::sql("alter table positions add column desk text")));
        co_await tx.rollback();
        co_return e;
    });
}
hawser::error too_large(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_return co_await error_of(db.execute<"update positions set quantity = quantity * 10000000000">());
    });
}
hawser::error beyond_quota(const fresh_place& at) {
    at.server().cluster().admin().exec("alter database " + at.server().name() +
                                       " set temp_file_limit = '64kB'; alter database " + at.server().name() +
                                       " set work_mem = '64kB'");
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.with({.name = "risk.sort"})
                .query<std::int64_t>(
                    hawser::sql("select n::bigint from generate_series(1, 100000) n order by -n")));
    });
}
// The server has read nothing of a database that was copied file by file.
hawser::error damaged_page(const fresh_place& at) {
    const std::string name = at.server().name(), spare = name + "_spare";
    at.server().look().exec("create table prices (price bigint); insert into prices values (7)");
    auto admin = at.server().cluster().admin();
    admin.exec("alter database " + name + " rename to " + spare);
    admin.exec("create database " + name + " template " + spare + " strategy file_copy owner hawser");
    admin.exec("drop database " + spare);
    const std::string file = at.server().look().text("select pg_relation_filepath('prices')");
    std::fstream(at.server().cluster().folder() / "data" / file,
                 std::ios::in | std::ios::out | std::ios::binary)
        << std::string(64, 'x');
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.with({.name = "prices.load"}).query<std::int64_t>(hawser::sql("select price from prices")));
    });
}
hawser::error commit_lost(const fresh_place& at) {
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        at.server().look().exec(
            "create function leave() returns trigger language plpgsql as $$ begin perform "
            "pg_terminate_backend(pg_backend_pid()); perform pg_sleep(30); return new; end $$; "
            "create constraint trigger leave after insert on positions initially deferred "
            "for each row execute function leave()");
        hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
        position p = make_position("BTC");
        co_await hawser::repository<position>{tx}.insert(p);
        co_return co_await error_of(tx.commit());
    });
}
hawser::error wants_tls(const fresh_place&) {
    return on_opening("postgres://trader:secret@db/trading");
}

} // namespace

std::vector<symptom> postgres_symptoms() {
    using enum said_by;
    return {
        {"no-server", errc::connect_failed, "DB_CONN_001", no_server, postgres},
        {"no-login", errc::permission_denied, "DB_SEC_001", no_login, postgres},
        {"server-gone", errc::connection_lost, "DB_CONN_002", server_gone, postgres},
        {"overlap", errc::exclusion_violation, "DB_CON_005", overlap, postgres},
        {"no-connection", errc::pool_exhausted, "DB_PERF_002", no_connection, postgres},
        {"too-large", errc::out_of_range, "DB_QRY_007", too_large, postgres},
        {"beyond-quota", errc::disk_full, "DB_STO_001", beyond_quota, postgres},
        {"damaged-page", errc::corrupt, "DB_STO_002", damaged_page, postgres},
        {"lock-refused", errc::lock_timeout, "DB_TXN_002", lock_refused, postgres},
        {"table-in-use", errc::busy, "DB_TXN_002", table_in_use, postgres},
        {"not-serializable", errc::serialization_failure, "DB_TXN_005", not_serializable, postgres},
        {"locked-out", errc::deadlock, "DB_TXN_006", locked_out, postgres},
        {"commit-lost", errc::commit_unknown, "DB_TXN_007", commit_lost, postgres},
        {"tls", errc::unsupported, "DB_USE_002", wants_tls, postgres},
    };
}

} // namespace market
