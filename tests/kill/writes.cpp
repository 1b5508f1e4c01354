// Writes in every way there is until it is killed, and keeps in a mapped file which of its writes it was told to be
// stored. The script kills it and judges the database.
//
//     kill_writes DATABASE LEDGER ROUND SEED
//
// Each writer numbers its writes 1, 2, .. and waits for each: the ledger needs the last number only.
#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <hawser/hawser.hpp>
#include <list>
#include <random>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace {

using hawser::col;
using hawser::repository;
using hawser::task;

// As writes.py has them.
enum way : std::size_t {
    ready,
    pruned,
    resumed,
    entries,
    turnovers,
    units,
    batches,
    copies,
    chunks,
    chunk_rows, // rows of the chunked batch under way, and its number times number_factor
    patches,
    revisions,
    deals,
    groups, // entries that groups have committed times number_factor, and those that the group under way has run
    largest, // of these groups
    ways
};
constexpr std::size_t writers = 16; // of each way, at most
constexpr std::int64_t number_factor = 1'000'000;

class ledger {
public:
    explicit ledger(const char* path) {
        const int file = ::open(path, O_RDWR);
        void* at =
            ::mmap(nullptr, sizeof *slots_ * ways * writers, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (file < 0 || at == MAP_FAILED) std::abort();
        slots_ = static_cast<std::int64_t*>(at);
    }
    void acknowledge(way w, std::size_t writer, std::int64_t number) const {
        std::atomic_ref<std::int64_t>(slots_[w * writers + writer]).store(number, std::memory_order_release);
    }

private:
    std::int64_t* slots_ = nullptr;
};

// Notes what a group holds before its COMMIT: whenever the program dies, all of its entries are in the file or none.
// An entry that is inserted here is one of a group; all events of the writer come one after the other.
class group_watch final : public hawser::observer {
public:
    explicit group_watch(const ledger& book) : book_(book) {}

    void on(const hawser::statement_ended& e) noexcept override {
        if (e.name != "entries.insert" || e.failure) return;
        ++run_;
        note();
    }
    void on(const hawser::group_committed&) noexcept override {
        committed_ += run_;
        most_ = std::max(most_, run_);
        run_ = 0;
        note();
        book_.acknowledge(largest, 0, most_);
    }

private:
    void note() const noexcept { book_.acknowledge(groups, 0, committed_ * number_factor + run_); }

    const ledger& book_;
    std::int64_t committed_ = 0, run_ = 0, most_ = 0;
};

struct entry {
    std::int64_t id{};
    std::int64_t round{}, writer{}, number{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(entry, (), (id, round, writer, number, body))
consteval auto hawser_table(hawser::of<entry>) {
    return hawser::table<entry>("entries", hawser::primary_key<&entry::id>.generated(),
                                hawser::unique<&entry::round, &entry::writer, &entry::number>);
}

struct item {
    std::int64_t round{}, writer{}, number{};
};
BOOST_DESCRIBE_STRUCT(item, (), (round, writer, number))
consteval auto hawser_table(hawser::of<item>) {
    return hawser::table<item>("items", hawser::primary_key<&item::round, &item::writer, &item::number>);
}

struct account {
    std::int64_t round{}, writer{};
    std::int64_t balance{};
};
BOOST_DESCRIBE_STRUCT(account, (), (round, writer, balance))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::round, &account::writer>,
                                  hawser::check("accounts_balance", col<&account::balance> >= 0));
}

struct parcel {
    std::int64_t id{};
    std::int64_t round{}, writer{}, number{}, parts{}, weight{};
};
BOOST_DESCRIBE_STRUCT(parcel, (), (id, round, writer, number, parts, weight))
consteval auto hawser_table(hawser::of<parcel>) {
    return hawser::table<parcel>("parcels", hawser::primary_key<&parcel::id>.generated(),
                                 hawser::unique<&parcel::round, &parcel::writer, &parcel::number>);
}

struct part {
    std::int64_t id{};
    std::int64_t parcel_id{}, weight{};
};
BOOST_DESCRIBE_STRUCT(part, (), (id, parcel_id, weight))
consteval auto hawser_table(hawser::of<part>) {
    return hawser::table<part>("parts", hawser::primary_key<&part::id>.generated(),
                               hawser::references<&part::parcel_id, parcel>.on_delete(hawser::cascade),
                               hawser::index<&part::parcel_id>.named("parts_parcel"));
}

// A row of a bulk call: `size` rows of one number belong together.
struct reading {
    std::int64_t id{};
    std::int64_t round{}, way{}, writer{}, number{}, size{}, position{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(reading, (), (id, round, way, writer, number, size, position, body))
consteval auto hawser_table(hawser::of<reading>) {
    return hawser::table<reading>("readings", hawser::primary_key<&reading::id>.generated(),
                                  hawser::unique<&reading::round, &reading::way, &reading::writer,
                                                 &reading::number, &reading::position>);
}

struct tally : hawser::versioned {
    std::int64_t round{};
    std::int64_t patches{}, revisions{};
};
BOOST_DESCRIBE_STRUCT(tally, (hawser::versioned), (round, patches, revisions))
consteval auto hawser_table(hawser::of<tally>) {
    return hawser::table<tally>("tallies", hawser::primary_key<&tally::round>);
}

struct deal {
    std::int64_t id{};
    std::int64_t round{}, writer{}, number{};
};
BOOST_DESCRIBE_STRUCT(deal, (), (id, round, writer, number))
consteval auto hawser_table(hawser::of<deal>) {
    return hawser::table<deal>("deals", hawser::primary_key<&deal::id>.generated(),
                               hawser::unique<&deal::round, &deal::writer, &deal::number>);
}

struct leg {
    std::int64_t id{};
    std::int64_t deal_id{}, side{};
};
BOOST_DESCRIBE_STRUCT(leg, (), (id, deal_id, side))
consteval auto hawser_table(hawser::of<leg>) {
    return hawser::table<leg>("legs", hawser::primary_key<&leg::id>.generated(),
                              hawser::references<&leg::deal_id, deal>.on_delete(hawser::cascade),
                              hawser::unique<&leg::deal_id, &leg::side>);
}

// Rewritten by work that is undone, and by nothing else.
struct page {
    std::int64_t id{};
    std::int64_t touched{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(page, (), (id, touched, body))
consteval auto hawser_table(hawser::of<page>) {
    return hawser::table<page>("pages", hawser::primary_key<&page::id>);
}
constexpr std::int64_t pages = 100;

// Written by work that is undone, and by nothing else.
struct ghost {
    std::int64_t id{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(ghost, (), (id, body))
consteval auto hawser_table(hawser::of<ghost>) {
    return hawser::table<ghost>("ghosts", hawser::primary_key<&ghost::id>.generated());
}

[[noreturn]] void die(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::_Exit(3);
}

// All that a writer needs.
struct desk {
    hawser::database db;
    const ledger& book;
    std::int64_t round;
};

// A write that must fail like this.
template <class T>
task<void> must_fail(task<T> operation, hawser::errc kind) {
    auto r = co_await hawser::as_result(std::move(operation));
    if (!r.has_error()) die("a write that must fail was stored");
    if (r.error().kind() != kind) die(std::string("another failure than expected: ") + r.error().what());
}

task<void> write_entries(desk d, std::size_t writer) {
    repository<entry> all{d.db};
    entry e;
    e.round = d.round;
    e.writer = static_cast<std::int64_t>(writer);
    for (e.number = 1;; ++e.number) {
        e.id = 0;
        e.body.assign(static_cast<std::size_t>(10 + e.number * 37 % 400), 'e');
        co_await all.insert(e);
        d.book.acknowledge(entries, writer, e.number);
        if (e.number % 4 == 0) {
            entry twice = e;
            co_await must_fail(all.insert(twice), hawser::errc::unique_violation);
        }
    }
}

// Inserts a row, then erases the one before it.
task<void> write_turnovers(desk d, std::size_t writer) {
    repository<item> all{d.db};
    item i;
    i.round = d.round;
    i.writer = static_cast<std::int64_t>(writer);
    std::int64_t operations = 0;
    for (i.number = 1;; ++i.number) {
        co_await all.insert(i);
        d.book.acknowledge(turnovers, writer, ++operations);
        const bool erased = co_await all.erase({i.round, i.writer, i.number - 1});
        if (erased != (i.number > 1)) die("the row to be erased was not there");
        d.book.acknowledge(turnovers, writer, ++operations);
    }
}

// Rewrites more than a small cache holds, writes rows, and fails at its end.
task<void> write_ghosts(hawser::database db) {
    hawser::unit_of_work unit{db};
    unit.update<page>(col<&page::id> > 0, hawser::set<&page::touched>(col<&page::touched> + 1));
    ghost g;
    g.body.assign(5000, 'g');
    unit.insert(g);
    unit.update<page>(col<&page::id> > pages / 2, hawser::set<&page::touched>(col<&page::touched> + 1));
    unit.expect<page>(col<&page::touched> < 0, 1);
    co_await must_fail(unit.commit(), hawser::errc::precondition_failed);
}

task<void> write_units(desk d, std::size_t writer) {
    account a;
    a.round = d.round;
    a.writer = static_cast<std::int64_t>(writer);
    repository<account> accounts{d.db};
    co_await accounts.insert(a);
    for (std::int64_t number = 1;; ++number) {
        hawser::unit_of_work unit{d.db};
        parcel p;
        p.round = d.round;
        p.writer = a.writer;
        p.number = number;
        p.parts = 1 + number % 7;
        p.weight = p.parts * number;
        auto stored = unit.insert(p);
        for (std::int64_t i = 0; i < p.parts; ++i) {
            part one;
            one.weight = number;
            unit.insert(one, hawser::bind<&part::parcel_id>(stored.id()));
        }
        unit.update<account>(col<&account::round> == d.round && col<&account::writer> == a.writer,
                             hawser::set<&account::balance>(col<&account::balance> + p.weight));
        co_await unit.commit();
        d.book.acknowledge(units, writer, number);
        if (number % 5 == 0) co_await write_ghosts(d.db);
    }
}

std::vector<reading> rows_of(way w, std::int64_t round, std::size_t writer, std::int64_t number) {
    const std::int64_t size = 20 + number * 7919 % (w == copies ? 4000 : 900);
    std::vector<reading> rows(static_cast<std::size_t>(size));
    std::int64_t position = 0;
    for (reading& r : rows) {
        r.round = round;
        r.way = static_cast<std::int64_t>(w);
        r.writer = static_cast<std::int64_t>(writer);
        r.number = number;
        r.size = size;
        r.position = position++;
        r.body.assign(static_cast<std::size_t>(r.position % 200), 'r');
    }
    return rows;
}

task<void> write_batches(desk d, std::size_t writer) {
    repository<reading> all{d.db};
    for (std::int64_t number = 1;; ++number) {
        auto rows = rows_of(batches, d.round, writer, number);
        const auto ids = co_await all.bulk_insert(rows);
        if (ids.size() != rows.size()) die("ids are missing");
        d.book.acknowledge(batches, writer, number);
        if (number % 2 != 0) continue;
        rows.back().position = 0; // twice: undone after most of it was written
        co_await must_fail(all.bulk_insert(rows), hawser::errc::unique_violation);
    }
}

// From a range that is no array: in chunks, within one transaction.
task<void> write_copies(desk d, std::size_t writer) {
    repository<reading> all{d.db};
    for (std::int64_t number = 1;; ++number) {
        const auto rows = rows_of(copies, d.round, writer, number);
        const std::list<reading> range(rows.begin(), rows.end());
        co_await all.copy_in(range, {.chunk = 256});
        d.book.acknowledge(copies, writer, number);
    }
}

// Each chunk is stored by itself; what is left of a call is inserted in the next round.
task<void> write_chunks(desk d, std::size_t writer) {
    repository<reading> all{d.db};
    for (std::int64_t number = 1;; ++number) {
        const auto rows = rows_of(chunks, d.round, writer, number);
        auto note = [&](std::size_t done, std::size_t) {
            d.book.acknowledge(chunk_rows, writer, number * number_factor + static_cast<std::int64_t>(done));
        };
        co_await all.bulk_insert(rows, {.atomic = false, .chunk = 64, .progress = note});
        d.book.acknowledge(chunks, writer, number);
    }
}

struct left {
    std::int64_t round{}, writer{}, number{}, size{}, stored{};
};
BOOST_DESCRIBE_STRUCT(left, (), (round, writer, number, size, stored))

task<void> resume_chunks(desk d) {
    const auto all = co_await d.db.query<left, "select round, writer, number, max(size) as size, "
                                               "count(*) as stored from readings where way = $1 "
                                               "group by round, writer, number having count(*) < max(size)">(
        static_cast<std::int64_t>(chunks));
    repository<reading> readings{d.db};
    for (const left& l : all) {
        const auto rows = rows_of(chunks, l.round, static_cast<std::size_t>(l.writer), l.number);
        co_await readings.bulk_insert(
            rows, {.atomic = false, .chunk = 64, .resume_from = static_cast<std::size_t>(l.stored)});
    }
    d.book.acknowledge(resumed, 0, 1);
}

task<void> write_patches(desk d, std::size_t writer) {
    repository<tally> all{d.db};
    for (std::int64_t number = 1;; ++number) {
        const bool found =
            co_await all.update(d.round, hawser::set<&tally::patches>(col<&tally::patches> + 1));
        if (!found) die("the row to be patched was not there");
        d.book.acknowledge(patches, writer, number);
    }
}

// The whole row, as it was read; somebody else may have been quicker.
task<void> write_revisions(desk d, std::size_t writer) {
    repository<tally> all{d.db};
    for (std::int64_t number = 1;;) {
        tally t = co_await all.get(d.round);
        ++t.revisions;
        auto r = co_await hawser::as_result(all.update(t));
        if (r.has_error() && r.error().kind() != hawser::errc::stale_object) die(r.error().what());
        if (!r.has_error()) d.book.acknowledge(revisions, writer, number++);
    }
}

struct undone : std::exception {};

task<void> write_deals(desk d, std::size_t writer) {
    for (std::int64_t number = 1;; ++number) {
        const auto spoil = [](hawser::transaction& sp) -> task<> {
            ghost g;
            co_await repository<ghost>{sp}.insert(g);
            co_await repository<page>{sp}.update(hawser::all_rows,
                                                 hawser::set<&page::touched>(col<&page::touched> + 1));
            co_await repository<page>{sp}
                .where(col<&page::id> > pages / 2)
                .update(hawser::set<&page::touched>(col<&page::touched> + 1));
            throw undone{};
        };
        const auto body = [&](hawser::transaction& tx) -> task<> {
            deal one;
            one.round = d.round;
            one.writer = static_cast<std::int64_t>(writer);
            one.number = number;
            co_await repository<deal>{tx}.insert(one);
            leg bought;
            bought.deal_id = one.id;
            co_await repository<leg>{tx}.insert(bought);
            try {
                co_await tx.savepoint(spoil);
            } catch (const undone&) {}
            leg sold;
            sold.deal_id = one.id;
            sold.side = 1;
            co_await repository<leg>{tx}.insert(sold);
        };
        co_await d.db.transaction(body);
        d.book.acknowledge(deals, writer, number);
    }
}

// Tables once; then what is older than the round before last goes, at once or not at all.
task<void> prepare(desk d) {
    co_await d.db.create_tables<entry, item, account, parcel, part, reading, tally, deal, leg, page, ghost>();
    repository<page> all{d.db};
    if (co_await all.count() == 0) {
        std::vector<page> rows(static_cast<std::size_t>(pages));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].id = static_cast<std::int64_t>(i) + 1;
            rows[i].body.assign(3000, 'p');
        }
        co_await all.copy_in(rows);
    }
    const std::int64_t oldest = d.round - 2;
    const auto prune = [&](hawser::transaction& tx) -> task<> {
        co_await repository<entry>{tx}.where(col<&entry::round> < oldest).erase();
        co_await repository<item>{tx}.where(col<&item::round> < oldest).erase();
        co_await repository<account>{tx}.where(col<&account::round> < oldest).erase();
        co_await repository<parcel>{tx}.where(col<&parcel::round> < oldest).erase();
        co_await repository<reading>{tx}.where(col<&reading::round> < oldest).erase();
        co_await repository<tally>{tx}.where(col<&tally::round> < oldest).erase();
        co_await repository<deal>{tx}.where(col<&deal::round> < oldest).erase();
    };
    co_await d.db.transaction(prune);
    d.book.acknowledge(pruned, 0, 1);
    tally t;
    t.round = d.round;
    co_await repository<tally>{d.db}.insert(t);
    co_await resume_chunks(d);
    d.book.acknowledge(ready, 0, 1);
}

hawser::open_options options_of(std::mt19937& chance, std::size_t threads, hawser::observer& watch) {
    hawser::open_options o;
    o.observer = &watch;
    if (chance() % 2 == 0) o.sqlite.durability = hawser::durability::normal;
    if (chance() % 2 == 0) o.sqlite.cache_kib = 200; // spills, where that is allowed
    if (chance() % 2 == 0) {
        o.sqlite.checkpoint_frames = 20;
        o.sqlite.checkpoint_at_most = 40;
    }
    if (threads == 1 && chance() % 2 == 0) o.sqlite.writer = hawser::writer_mode::inline_;
    o.sqlite.readers = 2;
    o.sqlite.hold_total = o.sqlite.hold_idle = std::chrono::minutes(1);
    o.statement_timeout = std::chrono::milliseconds(0);
    return o;
}

void write_all(const desk& d, std::mt19937& chance, std::size_t threads) {
    boost::asio::io_context context;
    const unsigned density = 1 + chance() % 4; // of 4: few ways that run often, or many that mingle
    const auto start = [&](std::size_t count, auto write) {
        if (chance() % 4 >= density) return;
        for (std::size_t writer = 0; writer < count; ++writer)
            boost::asio::co_spawn(context, write(d, writer), [](std::exception_ptr e) {
                try {
                    if (e) std::rethrow_exception(e);
                } catch (const std::exception& failure) { die(failure.what()); }
            });
    };
    start(12, write_entries);
    start(4, write_turnovers);
    start(6, write_units);
    start(2, write_batches);
    start(1, write_copies);
    start(2, write_chunks);
    start(6, write_patches);
    start(2, write_revisions);
    start(2, write_deals);
    std::vector<std::jthread> others(threads - 1);
    for (auto& t : others) t = std::jthread([&] { context.run(); });
    context.run();
    ::pause(); // nothing in this round
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const ledger book(argv[2]);
    std::mt19937 chance(static_cast<unsigned>(std::atoll(argv[4])));
    const std::size_t threads = 1 + chance() % 4;
    group_watch watch(book);
    const auto options = options_of(chance, threads, watch);
    try {
        const hawser::database db = hawser::run(hawser::open(std::string("sqlite:") + argv[1], options));
        const desk d{db, book, std::atoll(argv[3])};
        hawser::run(prepare(d));
        write_all(d, chance, threads);
    } catch (const std::exception& e) { die(e.what()); }
}
