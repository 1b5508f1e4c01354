// A read that is begun after a write was acknowledged sees it, whoever asks and from whichever thread.
#include "on_each_market.hpp"
#include "support/threads.hpp"
#include <array>
#include <atomic>
#include <random>

using namespace market;
namespace asio = boost::asio;

namespace {

constexpr std::size_t coroutines = 64;
constexpr int rounds = 60;

struct counter {
    std::int64_t id{};
    std::int64_t n{};
};
BOOST_DESCRIBE_STRUCT(counter, (), (id, n))
consteval auto hawser_table(hawser::of<counter>) {
    return hawser::table<counter>("counters", hawser::primary_key<&counter::id>);
}

// What each coroutine was told last to be stored.
struct board {
    std::array<std::atomic<std::int64_t>, coroutines> acknowledged{};
    std::atomic<int> stale{0};
    std::atomic<int> failed{0};
    std::atomic<int> read{0};
    std::atomic<int> writing{static_cast<int>(coroutines)};
};

// Of the whole table in one statement, and of a neighbour's row.
task<> look(hawser::database db, board& b, std::mt19937& chance) {
    const std::size_t who = chance() % coroutines;
    const std::int64_t told = b.acknowledged[who];
    const counter c = co_await hawser::repository<counter>{db}.get(static_cast<std::int64_t>(who));
    if (c.n < told) ++b.stale;
    std::int64_t sum = 0;
    for (const auto& a : b.acknowledged) sum += a;
    const auto stored = co_await db.query_one<std::int64_t, "select cast(sum(n) as bigint) from counters">();
    if (stored < sum) ++b.stale;
    ++b.read;
}

task<> write_and_look(hawser::database db, board& b, std::size_t me) {
    struct leaving {
        board& b;
        ~leaving() { --b.writing; }
    } guard{b};
    std::mt19937 chance(static_cast<unsigned>(me));
    hawser::repository<counter> counters{db};
    for (int n = 1; n <= rounds; ++n) {
        if (n % 3 == 0) {
            hawser::unit_of_work unit{db};
            unit.update<counter>(col<&counter::id> == static_cast<std::int64_t>(me),
                                 hawser::set<&counter::n>(col<&counter::n> + 1));
            co_await unit.commit();
        } else {
            co_await counters.update(static_cast<std::int64_t>(me), hawser::set<&counter::n>(n));
        }
        b.acknowledged[me] = n;
        co_await look(db, b, chance);
    }
}

// Keeps the readers' queue filled, so that their transactions are long.
task<> look_on(hawser::database db, board& b, std::size_t me) {
    std::mt19937 chance(static_cast<unsigned>(coroutines + me));
    while (b.writing > 0) co_await look(db, b, chance);
}

void look_while_writing(const std::string& url, const hawser::open_options& options) {
    board b;
    const hawser::database db = hawser::run(hawser::open(url, options));
    hawser::run(db.create_tables<counter>());
    std::vector<counter> rows;
    for (std::size_t i = 0; i < coroutines; ++i) rows.push_back({static_cast<std::int64_t>(i), 0});
    hawser::run(hawser::repository<counter>{db}.copy_in(rows));
    {
        support::io_threads io(4);
        const auto ended = [&b](std::exception_ptr e) { b.failed += e ? 1 : 0; };
        for (std::size_t i = 0; i < coroutines; ++i) {
            asio::co_spawn(io.executor(), write_and_look(db, b, i), ended);
            asio::co_spawn(io.executor(), look_on(db, b, i), ended);
        }
    }
    CHECK(b.failed == 0);
    CHECK(b.read >= static_cast<int>(coroutines) * rounds);
    CHECK(b.stale == 0);
    hawser::run(db.close());
}

} // namespace

TEST_CASE(
    "a read that starts after anybody's acknowledged write sees it, 64 coroutines on 4 threads and 4 readers",
    "[db][concurrency]") {
    support::on_each_engine([](const support::fresh_place& place) {
        hawser::open_options o;
        if (!place.on_postgres()) {
            o.sqlite.durability = GENERATE(hawser::durability::full, hawser::durability::normal);
            o.sqlite.readers = 4;
            o.sqlite.writer = GENERATE(hawser::writer_mode::thread, hawser::writer_mode::inline_);
        }
        look_while_writing(place.url(), o);
    });
}
