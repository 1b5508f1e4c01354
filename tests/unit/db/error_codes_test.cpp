// The symptoms in docs/errors.md: each is produced here by the engine, and is what the page says.
// HAWSER_WRITE_DOCS=1 unit_db [docs] writes the messages there.
#include "fixture.hpp"
#include "support/failing_disk.hpp"
#include "support/raw_sqlite.hpp"
#include "support/source_tree.hpp"
#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <hawser/observe/log_observer.hpp>
#include <limits>
#include <regex>
#include <set>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sqlite3.h>
#include <sstream>

using namespace market;
using namespace std::chrono_literals;
using hawser::errc;
namespace asio = boost::asio;

namespace {

using folder = support::temporary_folder;

template <class Body>
hawser::error in_market(const folder& at, Body body, const hawser::open_options& options = {}) {
    auto main = [&]() -> task<hawser::error> {
        hawser::database db = co_await hawser::open(url_of(where::file, at), options);
        co_await db.create_tables<position, trade, prediction>();
        const hawser::error e = co_await body(db);
        co_await db.close();
        co_return e;
    };
    return hawser::run(main());
}
hawser::error on_opening(const std::string& url) {
    auto main = [&]() -> task<hawser::error> { co_return co_await error_of(hawser::open(url)); };
    return hawser::run(main());
}

task<position> stored(hawser::database db, const char* symbol) {
    position p = make_position(symbol, 1);
    co_await hawser::repository<position>{db}.insert(p);
    co_return p;
}

// What the writer has in hand when it is asked for something else.
task<> let_others_begin() {
    const auto ex = co_await asio::this_coro::executor;
    co_await asio::post(ex, asio::use_awaitable);
}

hawser::error no_such_folder(const folder& at) {
    return on_opening("sqlite:" + at.path().string());
}
hawser::error disk_read(const folder& at) {
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
hawser::error renamed_file(const folder& at) {
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        std::filesystem::rename(at.file("market.db"), at.file("kept.db"));
        position p = make_position("BTC");
        co_return co_await error_of(hawser::repository<position>{db}.insert(p));
    });
}
hawser::error after_close(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await db.close();
        co_return co_await error_of(db.ping());
    });
}
hawser::error same_symbol(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position again = co_await stored(db, "BTC");
        co_return co_await error_of(hawser::repository<position>{db}.insert(again));
    });
}
hawser::error no_position(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        trade orphan = make_trade(77, "BTC", "1");
        co_return co_await error_of(hawser::repository<trade>{db}.insert(orphan));
    });
}
hawser::error null_symbol(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_return co_await error_of(db.execute<"update positions set symbol = null">());
    });
}
hawser::error below_floor(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position p = make_position("BTC", -1000001);
        co_return co_await error_of(hawser::repository<position>{db}.insert(p));
    });
}
hawser::error full_queue(const folder& at) {
    return in_market(at,
                     [](hawser::database db) -> task<hawser::error> {
                         hawser::transaction tx = co_await db.begin();
                         position first = make_position("BTC"), second = make_position("ETH");
                         hawser::repository<position> positions{db}, hasty{db.with({.timeout = 20ms})};
                         bool done = false;
                         asio::co_spawn(co_await asio::this_coro::executor, positions.insert(first),
                                        [&](std::exception_ptr) { done = true; });
                         co_await let_others_begin();
                         const auto e = co_await error_of(hasty.insert(second));
                         co_await tx.rollback();
                         while (!done) co_await let_others_begin();
                         co_return e;
                     },
                     {.sqlite = {.queue_jobs = 1}});
}
hawser::error misspelt(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("select symbol fro positions")));
    });
}
hawser::error no_table(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("delete from positionz")));
    });
}
hawser::error no_row(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(hawser::repository<position>{db}.get(42));
    });
}
hawser::error two_rows(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_await stored(db, "ETH");
        co_return co_await error_of(hawser::repository<position>{db}.one());
    });
}
hawser::error endless_read(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.with({.timeout = 20ms, .name = "risk.load"})
                .query<std::int64_t>(hawser::sql("with recursive n(i) as (select 1 union all select i + 1 "
                                                 "from n) select count(*) from n")));
    });
}
hawser::error taken_back(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction tx = co_await db.begin();
        position p = make_position("BTC");
        hawser::repository<position> positions{db};
        asio::cancellation_signal signal;
        std::exception_ptr end;
        bool ended = false;
        asio::co_spawn(co_await asio::this_coro::executor, positions.insert(p),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                           end = e;
                           ended = true;
                       }));
        co_await let_others_begin();
        signal.emit(asio::cancellation_type::terminal);
        while (!ended) co_await let_others_begin();
        co_await tx.rollback();
        const auto rethrow = [](std::exception_ptr e) -> task<> {
            if (e) std::rethrow_exception(e);
            co_return;
        };
        co_return co_await error_of(rethrow(end));
    });
}
hawser::error text_for_a_number(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_await stored(db, "BTC");
        co_return co_await error_of(db.execute<"update positions set quantity = $1">("many"));
    });
}
hawser::error other_columns(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(
            db.query<std::tuple<std::int64_t, std::string>>(hawser::sql("select id from positions")));
    });
}
hawser::error not_a_number(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        const position p = co_await stored(db, "BTC");
        trade t = make_trade(p.id, "BTC", "1");
        t.fee = std::numeric_limits<double>::quiet_NaN();
        co_return co_await error_of(hawser::repository<trade>{db}.insert(t));
    });
}
hawser::error begin_as_text(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("begin")));
    });
}
hawser::error two_statements(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        co_return co_await error_of(db.execute(hawser::sql("delete from trades; delete from positions")));
    });
}
hawser::error write_in_a_snapshot(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction snapshot = co_await db.begin({.read_only = true});
        position p = make_position("BTC");
        const auto e = co_await error_of(hawser::repository<position>{snapshot}.insert(p));
        co_await snapshot.rollback();
        co_return e;
    });
}
hawser::error full_disk(const folder& at) {
    support::failing_disk disk;
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        position p = make_position("BTC");
        disk.fail_writes(SQLITE_FULL, 1000);
        const auto e = co_await error_of(hawser::repository<position>{db}.insert(p));
        disk.repair();
        co_return e;
    });
}
hawser::error no_database(const folder& at) {
    std::ofstream(at.file("market.db")) << std::string(5000, 'x');
    return on_opening(url_of(where::file, at));
}
hawser::error committed_twice(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
        co_await tx.commit();
        co_return co_await error_of(tx.commit());
    });
}
hawser::error paused_too_long(const folder& at) {
    return in_market(at,
                     [](hawser::database db) -> task<hawser::error> {
                         hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
                         co_await stored(db, "BTC"); // gets the writer when apply_fill has lost it
                         co_return co_await error_of(hawser::repository<position>{tx}.count());
                     },
                     {.sqlite = {.hold_idle = 50ms}});
}
hawser::error writer_held(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::transaction tx = co_await db.begin({.name = "apply_fill"});
        position p = make_position("BTC");
        const auto e = co_await error_of(hawser::repository<position>{db.with({.timeout = 20ms})}.insert(p));
        co_await tx.rollback();
        co_return e;
    });
}
hawser::error file_locked(const folder& at) {
    return in_market(at,
                     [&](hawser::database db) -> task<hawser::error> {
                         support::raw_sqlite other(at.file("market.db"));
                         other.exec("begin immediate");
                         position p = make_position("BTC");
                         const auto e = co_await error_of(hawser::repository<position>{db}.insert(p));
                         other.exec("rollback");
                         co_return e;
                     },
                     {.sqlite = {.busy_timeout = 20ms}});
}
hawser::error out_of_date(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position mine = co_await stored(db, "BTC");
        position theirs = mine;
        hawser::repository<position> positions{db};
        co_await positions.update(theirs);
        co_return co_await error_of(positions.update(mine));
    });
}
hawser::error guard_fails(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        const position p = co_await stored(db, "BTC");
        hawser::unit_of_work unit{db};
        unit.expect<position>(col<&position::quantity> > 5, p.id);
        co_return co_await error_of(unit.commit());
    });
}
hawser::error commit_unconfirmed(const folder& at) {
    support::failing_disk disk;
    return in_market(at, [&](hawser::database db) -> task<hawser::error> {
        position p = make_position("BTC");
        disk.fail_syncs(SQLITE_IOERR_FSYNC);
        const auto e = co_await error_of(hawser::repository<position>{db}.insert(p));
        disk.repair();
        co_return e;
    });
}
hawser::error bad_url(const folder&) {
    return on_opening("mysql://trader:secret@db/trading");
}
hawser::error key_too_early(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        hawser::unit_of_work unit{db};
        position p = make_position("BTC");
        const auto pending = unit.insert(p);
        const auto ask = [&]() -> task<std::int64_t> { co_return pending.id().value(); };
        co_return co_await error_of(ask());
    });
}
hawser::error postgres(const folder&) {
    return on_opening("postgres://trader:secret@db/trading");
}
hawser::error empty_symbol(const folder& at) {
    return in_market(at, [](hawser::database db) -> task<hawser::error> {
        position p = make_position("");
        co_return co_await error_of(hawser::repository<position>{db}.insert(p));
    });
}

struct symptom {
    const char* name; // in the page
    errc kind;
    const char* id;
    hawser::error (*produce)(const folder&);
};

constexpr symptom symptoms[] = {
    {"no-such-file", errc::connect_failed, "DB_CONN_001", no_such_folder},
    {"disk-read", errc::connection_lost, "DB_CONN_002", disk_read},
    {"renamed-file", errc::connection_lost, "DB_CONN_002", renamed_file},
    {"after-close", errc::closed, "DB_CONN_003", after_close},
    {"same-symbol", errc::unique_violation, "DB_CON_001", same_symbol},
    {"no-position", errc::foreign_key_violation, "DB_CON_002", no_position},
    {"null-symbol", errc::not_null_violation, "DB_CON_003", null_symbol},
    {"below-floor", errc::check_violation, "DB_CON_004", below_floor},
    {"full-queue", errc::pool_exhausted, "DB_PERF_002", full_queue},
    {"misspelt", errc::syntax_error, "DB_QRY_001", misspelt},
    {"no-table", errc::undefined_object, "DB_QRY_001", no_table},
    {"no-row", errc::not_found, "DB_QRY_002", no_row},
    {"two-rows", errc::too_many_rows, "DB_QRY_003", two_rows},
    {"endless-read", errc::statement_timeout, "DB_QRY_004", endless_read},
    {"taken-back", errc::cancelled, "DB_QRY_005", taken_back},
    {"text-for-a-number", errc::type_mismatch, "DB_QRY_006", text_for_a_number},
    {"other-columns", errc::type_mismatch, "DB_QRY_006", other_columns},
    {"not-a-number", errc::out_of_range, "DB_QRY_007", not_a_number},
    {"begin-as-text", errc::permission_denied, "DB_SEC_001", begin_as_text},
    {"two-statements", errc::permission_denied, "DB_SEC_001", two_statements},
    {"write-in-a-snapshot", errc::read_only, "DB_SEC_002", write_in_a_snapshot},
    {"full-disk", errc::disk_full, "DB_STO_001", full_disk},
    {"no-database", errc::corrupt, "DB_STO_002", no_database},
    {"committed-twice", errc::misuse, "DB_TXN_001", committed_twice},
    {"paused-too-long", errc::statement_timeout, "DB_TXN_001", paused_too_long},
    {"writer-held", errc::busy, "DB_TXN_002", writer_held},
    {"file-locked", errc::busy, "DB_TXN_002", file_locked},
    {"out-of-date", errc::stale_object, "DB_TXN_003", out_of_date},
    {"guard-fails", errc::precondition_failed, "DB_TXN_004", guard_fails},
    {"commit-unconfirmed", errc::commit_unknown, "DB_TXN_007", commit_unconfirmed},
    {"bad-url", errc::misuse, "DB_USE_001", bad_url},
    {"key-too-early", errc::misuse, "DB_USE_001", key_too_early},
    {"postgres", errc::unsupported, "DB_USE_002", postgres},
    {"empty-symbol", errc::validation_failed, "DB_VAL_001", empty_symbol},
};
// Only PostgreSQL has them.
constexpr errc elsewhere[] = {errc::exclusion_violation, errc::serialization_failure, errc::deadlock,
                              errc::lock_timeout};

// What differs from run to run is put as it is in the page.
std::string normalised(std::string words, const folder& at) {
    const std::string path = at.path().string();
    for (std::size_t i = 0; (i = words.find(path, i)) != std::string::npos;)
        words.replace(i, path.size(), "/data");
    words = std::regex_replace(words, std::regex(R"(error_codes_test\.cpp:\d+)"), "engine.cpp:42");
    words = std::regex_replace(words, std::regex(R"(\bfor [0-9.]+ (s|ms|us)\b)"), "for 0.02 s");
    return std::regex_replace(words, std::regex(R"(: [0-9.]+ ms\b)"), ": 250.0 ms");
}

const auto page_file = [] { return support::source_tree() / "docs/errors.md"; };

// The sections of the page that tell of one code each, with their headings.
std::vector<std::string> sections_of(const std::string& page) {
    std::vector<std::string> found;
    for (std::size_t at = page.find("\n### "); at != std::string::npos;) {
        const std::size_t next = page.find("\n##", at + 1);
        found.push_back(page.substr(at + 1, next == std::string::npos ? next : next - at - 1));
        at = page.find("\n### ", at + 1);
    }
    return found;
}

// The line below the symptom's mark, in the section of its code, is what the engine says.
void check_on_page(const std::string& name, std::string_view id, const std::string& words) {
    CHECK(words.find('\n') == std::string::npos);
    CHECK(words.find("secret") == std::string::npos);
    std::string page = support::text_of(page_file());
    const std::string mark = "<!-- symptom: " + name + " -->\n    ";
    const auto at = page.find(mark);
    REQUIRE(at != std::string::npos);
    const auto heading = page.rfind("\n### ", at) + 1;
    CHECK(page.substr(heading, page.find(':', heading) - heading) == "### " + std::string(id));
    const auto first = at + mark.size(), length = page.find('\n', first) - first;
    if (std::getenv("HAWSER_WRITE_DOCS")) {
        page.replace(first, length, words);
        std::ofstream(page_file()) << page;
    } else {
        INFO("where docs/errors.md is stale, HAWSER_WRITE_DOCS=1 unit_db [docs] renews it");
        CHECK(page.substr(first, length) == words);
    }
}

} // namespace

TEST_CASE("the engine gives each error in the page of errors the kind, the id and the words that stand there",
          "[db][docs]") {
    const auto& s =
        symptoms[static_cast<std::size_t>(GENERATE(range(0, static_cast<int>(std::size(symptoms)))))];
    CAPTURE(s.name);
    const folder at;
    const hawser::error e = s.produce(at);
    CHECK(e.kind() == s.kind);
    CHECK(e.id() == s.id);
    CHECK(e.retryable() == is_contention(s.kind));
    CHECK(e.may_have_executed() == (s.kind == errc::commit_unknown));
    check_on_page(s.name, s.id, normalised(e.what(), at));
}

TEST_CASE("a slow statement is logged in the words of the page of errors", "[db][docs]") {
    std::ostringstream out;
    const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
    sink->set_pattern("[%n] [%l] %v");
    hawser::log_observer log(std::make_shared<spdlog::logger>("hawser", sink),
                             {.slow_from = 0ms, .alert_from = 1h});
    const folder at;
    const auto ask = [](hawser::database db) -> task<hawser::error> {
        co_await db.with({.name = "risk.load"}).query_one<std::int64_t, "select count(*) from positions">();
        co_return hawser::error();
    };
    in_market(at, ask, {.observer = &log});
    const std::string text = out.str();
    const auto first = text.rfind('\n', text.find("risk.load")) + 1;
    check_on_page("slow", "DB_PERF_001", normalised(text.substr(first, text.find('\n', first) - first), at));
}

TEST_CASE("every kind of error is produced, but for those of PostgreSQL alone", "[db][docs]") {
    std::set<errc> produced(std::begin(elsewhere), std::end(elsewhere));
    for (const symptom& s : symptoms) {
        CHECK(std::find(std::begin(elsewhere), std::end(elsewhere), s.kind) == std::end(elsewhere));
        produced.insert(s.kind);
    }
    CHECK(produced.size() == static_cast<std::size_t>(errc::unsupported));
}

TEST_CASE("the page of errors shows no symptom that is not produced", "[db][docs]") {
    const std::string page = support::text_of(page_file());
    std::set<std::string> produced{"slow"}, shown;
    for (const symptom& s : symptoms) produced.insert(s.name);
    const std::regex mark("<!-- symptom: (\\S+) -->");
    for (std::sregex_iterator one(page.begin(), page.end(), mark), end; one != end; ++one)
        CHECK(shown.insert((*one)[1]).second);
    CHECK(shown == produced);
}

TEST_CASE("the page of errors says symptom, cause and cure of every code, and what is PostgreSQL's alone",
          "[db][docs]") {
    std::string elsewhere_told;
    std::size_t told = 0;
    for (const std::string& section : sections_of(support::text_of(page_file()))) {
        INFO(section);
        if (section.starts_with("### Not on SQLite")) elsewhere_told = section;
        if (!section.starts_with("### DB_")) continue;
        ++told;
        for (const char* part : {"<!-- symptom: ", "\n*Cause.* ", "\n*Cure.* "})
            CHECK(section.find(part) != std::string::npos);
    }
    std::set<std::string_view> ids{"DB_PERF_001"};
    for (const symptom& s : symptoms) ids.insert(s.id);
    CHECK(told == ids.size());
    for (const errc kind : elsewhere)
        CHECK(elsewhere_told.find("`" + std::string(to_string(kind)) + "`") != std::string::npos);
}
