// How much one connection has on its way.
#include "fixture.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <vector>

using namespace market;
namespace pg = support::pg;

namespace {

std::string stored() {
    return pg::parse_complete() + pg::parameter_description({25}) + pg::no_data() + pg::bind_complete() +
           pg::command_complete("INSERT 0 1") + pg::ready();
}

std::string insert_into(std::size_t number) {
    return "insert into t" + std::to_string(number) + " values ($1)";
}

} // namespace

TEST_CASE("a connection has no more bytes on its way than pipeline_bytes, and a larger request goes alone",
          "[postgres][limits]") {
    support::dialogue says;
    const auto asked = [&] {
        for (const char type : {'P', 'D', 'B', 'E', 'S'}) says.expect_message(type);
    };
    says.login().expect(pg::sync()).answer(pg::ready());
    asked();
    asked();
    says.pause().answer(stored() + stored());
    asked();
    says.pause().answer(stored());
    asked();
    says.answer(stored());
    support::fake_server server(says);
    hawser::open_options options{.pool = {.shared_connections = 1}};
    options.postgres.pipeline_bytes = 10'000;
    const std::string large(4000, 'x');
    const std::vector<std::string> values{large, large, large, std::string(20'000, 'y')};
    const auto heard = [&](std::size_t number) {
        return server.received().find(insert_into(number)) != std::string::npos;
    };
    const auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(server.url(), options);
        const auto executor = co_await boost::asio::this_coro::executor;
        std::size_t answered = 0;
        const auto insert = [&](std::size_t number) -> task<> {
            const hawser::sql text(insert_into(number));
            co_await db.execute(text, values[number]);
            ++answered;
        };
        for (std::size_t i = 0; i < values.size(); ++i)
            boost::asio::co_spawn(executor, insert(i), boost::asio::detached);
        const auto until = [&](auto met) -> task<bool> {
            const auto late = hawser::clock::now() + std::chrono::seconds(20);
            while (!met() && hawser::clock::now() < late)
                co_await boost::asio::post(executor, boost::asio::use_awaitable);
            co_return met();
        };
        const auto two = co_await until([&] { return heard(1); });
        CHECK(two);
        server.wait_for_pause();
        CHECK_FALSE(heard(2));
        server.let_go();
        const auto third = co_await until([&] { return answered == 2 && heard(2); });
        CHECK(third);
        server.wait_for_pause();
        CHECK_FALSE(heard(3));
        server.let_go();
        const auto all = co_await until([&] { return answered == 4; });
        CHECK(all);
        server.finish();
        co_await db.close();
    };
    hawser::run(main());
}
