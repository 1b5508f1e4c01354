// One atomic bulk call that changes far more pages than the cache holds. What is stored is told on stdout; the script
// kills this program while the pages of the call go to the log.
//
//     kill_bulk_spill prepare DATABASE
//     kill_bulk_spill insert|copy|update|upsert|erase DATABASE
#include "notes.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <hawser/hawser.hpp>
#include <list>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

struct stock {
    std::int64_t id{};
    std::int64_t state{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(stock, (), (id, state, body))
consteval auto hawser_table(hawser::of<stock>) {
    return hawser::table<stock>("stocks", hawser::primary_key<&stock::id>);
}

struct delivery {
    std::int64_t id{};
    std::int64_t number{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(delivery, (), (id, number, body))
consteval auto hawser_table(hawser::of<delivery>) {
    return hawser::table<delivery>("deliveries", hawser::primary_key<&delivery::id>.generated(),
                                   hawser::unique<&delivery::number>);
}

using hawser::database;
using hawser::repository;
using hawser::task;
using notes::tell;
using notes::write_notes;

// As bulk_spill.py has them.
constexpr std::size_t rows = 20000;
constexpr std::size_t body_bytes = 600;
constexpr std::size_t rows_that_fail = 6000;

std::vector<stock> stocks_of(std::int64_t state, std::size_t first = 0) {
    std::vector<stock> all(rows);
    auto id = static_cast<std::int64_t>(first);
    for (stock& s : all) {
        s.id = ++id;
        s.state = state;
        s.body.assign(body_bytes, state == 0 ? 'o' : 'n');
    }
    return all;
}

std::vector<delivery> deliveries(std::size_t count) {
    std::vector<delivery> all(count);
    std::int64_t number = 0;
    for (delivery& d : all) {
        d.number = ++number;
        d.body.assign(body_bytes, 'd');
    }
    return all;
}

task<void> prepare(database db) {
    co_await db.create_tables<stock, delivery, notes::note>();
    const auto all = stocks_of(0);
    co_await repository<stock>{db}.copy_in(all);
}

// Undone after its pages have spilled; the notes behind it go where its pages were.
task<void> fail_in_bulk(database db) {
    auto all = deliveries(rows_that_fail);
    all.back().number = 1;
    auto r = co_await hawser::as_result(repository<delivery>{db}.bulk_insert(all));
    if (!r.has_error() || r.error().kind() != hawser::errc::unique_violation) std::_Exit(5);
}

task<void> change_all(database db, std::string how) {
    repository<stock> stocks{db};
    if (how == "insert") {
        const auto all = deliveries(rows);
        co_await repository<delivery>{db}.bulk_insert(all);
    } else if (how == "copy") {
        const auto all = deliveries(rows);
        const std::list<delivery> range(all.begin(), all.end());
        co_await repository<delivery>{db}.copy_in(range);
    } else if (how == "update") {
        const auto all = stocks_of(1);
        co_await stocks.bulk_update(all);
    } else if (how == "upsert") {
        const auto all = stocks_of(1, rows / 2);
        co_await stocks.bulk_upsert(all);
    } else {
        std::vector<std::int64_t> keys(rows);
        std::int64_t id = 0;
        for (auto& key : keys) key = ++id;
        co_await stocks.bulk_erase(keys);
    }
    tell("stored");
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string how = argv[1];
    const hawser::open_options options{.sqlite = {.cache_kib = 200}};
    database db = hawser::run(hawser::open(std::string("sqlite:") + argv[2], options));
    if (how == "prepare") {
        hawser::run(prepare(db));
        hawser::run(db.close());
        return 0;
    }
    hawser::run(write_notes(db, 1, 5));
    hawser::run(fail_in_bulk(db));
    hawser::run(write_notes(db, 6, 10));
    tell("begun");
    boost::asio::io_context context(1);
    const auto rethrow = [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    };
    boost::asio::co_spawn(context, change_all(db, how), rethrow);
    boost::asio::co_spawn(context, write_notes(db, 11, 20), rethrow); // waits behind it
    context.run();
    ::pause();
}
