// docs/coming_from_python.md: engines, event loops, tasks.
#include "unit/db/on_each_market.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>

using namespace market;
using namespace std::chrono_literals;

namespace {

task<> open_and_close() {
    // [open]
    hawser::database db =
        co_await hawser::open("sqlite+aiosqlite:///data/trading.db", // missing folders are made
                              {.sqlite = {.readers = 2}, .statement_timeout = 10s});
    co_await db.create_tables<position, trade>();
    co_await db.ping();
    co_await db.close();
    // [/open]
}

// [main]
task<std::int64_t> count_positions(std::string url) {
    hawser::database db = co_await hawser::open(url);
    const auto n = co_await hawser::repository<position>{db}.count();
    co_await db.close();
    co_return n;
}

std::int64_t script(const std::string& url) {
    return hawser::run(count_positions(url)); // an io_context of its own, on this thread
}
// [/main]

} // namespace

TEST_CASE("a database is opened by SQLAlchemy's URL, used and closed", "[db][docs]") {
    const support::temporary_folder folder;
    struct restore {
        std::filesystem::path to = std::filesystem::current_path();
        ~restore() { std::filesystem::current_path(to); }
    } const guard;
    std::filesystem::current_path(folder.path());
    hawser::run(open_and_close());
    CHECK(std::filesystem::exists("data/trading.db"));
    CHECK(script("sqlite:data/trading.db") == 0);
}

TEST_CASE("what asyncio does with coroutines, Asio does", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        // [asyncio]
        using namespace boost::asio::experimental::awaitable_operators;
        position a = make_position("BTC"), b = make_position("ETH");
        co_await (positions.insert(a) && positions.insert(b)); // on one handle, as many as you like

        const auto patient = db.with({.timeout = 200ms, .name = "risk.load"});
        const auto n = co_await hawser::repository<position>{patient}.count();

        const auto executor = co_await boost::asio::this_coro::executor;
        const auto later = [](hawser::database on) -> task<> { co_await on.ping(); };
        boost::asio::co_spawn(executor, later(db), boost::asio::detached);
        // [/asyncio]
        CHECK(n == 2);
    });
}
