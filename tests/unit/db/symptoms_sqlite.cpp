// What SQLite alone has: of files, disks and its only writer.
#include "support/failing_disk.hpp"
#include "support/raw_sqlite.hpp"
#include "symptoms.hpp"
#include <chrono>
#include <limits>
#include <sqlite3.h>

namespace market {
namespace {

using namespace std::chrono_literals;

hawser::error no_such_folder(const fresh_place& at) {
    return on_opening("sqlite:" + file_of(at).parent_path().string());
}
hawser::error disk_read(const fresh_place& at) {
    support::failing_disk disk;
    return in_market(at,
                     [&](hawser::database db) -> task<hawser::error> {
                         hawser::repository<position> positions{db};
                         co_await positions.count(); // the reader knows the table now
                         co_await stored(db, "BTC");
                         disk.fail_reads(SQLITE_IOERR_READ);
                         const auto e = co_await error_of(positions.count());
                         disk.repair();
                         co_return e;
                     },
                     {.sqlite = {.readers = 1, .checkpoint_frames = 1000000, .checkpoint_at_most = 1000000}});
}
hawser::error renamed_file(const fresh_place& at) {
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        const auto file = file_of(at);
        std::filesystem::rename(file, file.parent_path() / "kept.db");
        position p = make_position("BTC");
        co_return co_await error_of(hawser::repository<position>{db}.insert(p));
    });
}
hawser::error not_a_number(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        const position p = co_await stored(db, "BTC");
        trade t = make_trade(p.id, "BTC", "1");
        t.fee = std::numeric_limits<double>::quiet_NaN();
        co_return co_await error_of(hawser::repository<trade>{db}.insert(t));
    });
}
hawser::error full_disk(const fresh_place& at) {
    support::failing_disk disk;
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        position p = make_position("BTC");
        disk.fail_writes(SQLITE_FULL, 1000);
        const auto e = co_await error_of(hawser::repository<position>{db}.insert(p));
        disk.repair();
        co_return e;
    });
}
hawser::error no_database(const fresh_place& at) {
    std::ofstream(file_of(at)) << std::string(5000, 'x');
    return on_opening(at.url());
}
hawser::error writer_held(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
        position p = make_position("BTC");
        const auto e = co_await error_of(hawser::repository<position>{db.with({.timeout = 20ms})}.insert(p));
        co_await tx.rollback();
        co_return e;
    });
}
hawser::error file_locked(const fresh_place& at) {
    return in_market(at,
                     [&](hawser::database db) -> task<hawser::error> {
                         support::raw_sqlite other(file_of(at).string());
                         other.exec("begin immediate");
                         position p = make_position("BTC");
                         const auto e = co_await error_of(hawser::repository<position>{db}.insert(p));
                         other.exec("rollback");
                         co_return e;
                     },
                     {.sqlite = {.busy_timeout = 20ms}});
}
hawser::error commit_unconfirmed(const fresh_place& at) {
    support::failing_disk disk;
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        position p = make_position("BTC");
        disk.fail_syncs(SQLITE_IOERR_FSYNC);
        const auto e = co_await error_of(hawser::repository<position>{db}.insert(p));
        disk.repair();
        co_return e;
    });
}
hawser::error zero_byte(const fresh_place& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        std::vector<std::string> symbols;
        symbols.emplace_back("B\0TC", 4);
        const hawser::repository<position> positions{db};
        co_return co_await error_of(positions.where(col<&position::symbol>.in(symbols)).count());
    });
}

} // namespace

std::vector<symptom> sqlite_symptoms() {
    using enum said_by;
    return {
        {"no-such-file", errc::connect_failed, "DB_CONN_001", no_such_folder, sqlite},
        {"disk-read", errc::connection_lost, "DB_CONN_002", disk_read, sqlite},
        {"renamed-file", errc::connection_lost, "DB_CONN_002", renamed_file, sqlite},
        {"not-a-number", errc::out_of_range, "DB_QRY_007", not_a_number, sqlite},
        {"full-disk", errc::disk_full, "DB_STO_001", full_disk, sqlite},
        {"no-database", errc::corrupt, "DB_STO_002", no_database, sqlite},
        {"writer-held", errc::busy, "DB_TXN_002", writer_held, sqlite},
        {"file-locked", errc::busy, "DB_TXN_002", file_locked, sqlite},
        {"commit-unconfirmed", errc::commit_unknown, "DB_TXN_007", commit_unconfirmed, sqlite},
        {"zero-byte", errc::unsupported, "DB_USE_002", zero_byte, sqlite},
    };
}

} // namespace market
