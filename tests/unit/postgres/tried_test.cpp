// What is said to a connection that rested, before it is lent.
#include "fixture.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

using namespace market;
namespace pg = support::pg;

namespace {

support::dialogue& asked(support::dialogue& s, std::string_view types) {
    for (const char type : types) s.expect_message(type);
    return s;
}
std::string done(const std::string& tag, char status) {
    return pg::bind_complete() + pg::command_complete(tag) + pg::ready(status);
}
std::string first_done(const std::string& tag, char status) {
    return pg::parse_complete() + pg::parameter_description({}) + pg::no_data() + done(tag, status);
}
// A connection whose first transaction was rolled back.
void used(support::dialogue& s) {
    s.login().expect(pg::sync()).answer(pg::ready());
    s.login().expect(pg::sync()).answer(pg::ready());
    asked(s, "PDBES").answer(first_done("BEGIN", 'T'));
    asked(s, "PDBES").answer(first_done("ROLLBACK", 'I'));
}
constexpr hawser::open_options always{
    .pool = {.max_connections = 2, .shared_connections = 1, .ping_after = std::chrono::milliseconds(0)}};

} // namespace

TEST_CASE("a connection that rested is asked for a sign of life before it is lent", "[postgres]") {
    support::dialogue says;
    used(says);
    says.expect(pg::sync()).pause().answer(pg::ready());
    asked(says, "BES").answer(done("BEGIN", 'T'));
    support::fake_server server(says);
    const auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(server.url(), always);
        const auto executor = co_await boost::asio::this_coro::executor;
        hawser::transaction first = co_await db.begin();
        co_await first.rollback();
        bool begun = false;
        const auto again = [&]() -> task<> {
            hawser::transaction second = co_await db.begin();
            begun = true;
        };
        boost::asio::co_spawn(executor, again(), boost::asio::detached);
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
        server.wait_for_pause();
        CHECK(!begun);
        server.let_go();
        const auto late = hawser::clock::now() + std::chrono::seconds(20);
        while (!begun && hawser::clock::now() < late)
            co_await boost::asio::post(executor, boost::asio::use_awaitable);
        CHECK(begun);
        server.finish();
    };
    hawser::run(main());
}

TEST_CASE("one that is dead when it is tried is replaced, and nobody hears of it", "[postgres]") {
    support::dialogue says;
    used(says);
    says.expect(pg::sync()).close().login().expect(pg::sync()).answer(pg::ready());
    asked(says, "PDBES").answer(first_done("BEGIN", 'T'));
    support::fake_server server(says);
    const auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(server.url(), always);
        hawser::transaction first = co_await db.begin();
        co_await first.rollback();
        hawser::transaction second = co_await db.begin();
        server.finish();
    };
    hawser::run(main());
}
