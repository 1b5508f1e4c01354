// Connections that end in the middle of answers, as a caller of the library sees it.
#include "fixture.hpp"
#include "support/fake_server.hpp"
#include "wire.hpp"

using namespace market;
using hawser::errc;
using support::fake_server;
using support::dialogue;
using wire::described;
using wire::kind_of;
using wire::number_row;
using wire::talk;
namespace pg = support::pg;

namespace {

const std::string columns = described({}, {{"v", wire::int8}}) + pg::bind_complete();
const std::string fatal = pg::error("57P01", "terminating connection due to administrator command", "FATAL");

dialogue asked(dialogue s) {
    for (const char type : {'P', 'D', 'B', 'E', 'S'}) s.expect_message(type);
    return s;
}

} // namespace

TEST_CASE("a read that is sent again gives its rows once, however many of them had come before",
          "[postgres]") {
    const std::size_t came = GENERATE(0u, 1u, 2u, 3u);
    std::string some = columns;
    for (std::size_t i = 0; i < came; ++i) some += number_row(static_cast<std::int64_t>(i));
    if (came == 3) some += pg::command_complete("SELECT 3");
    const std::string all = columns + number_row(10) + number_row(11) + number_row(12) +
                            pg::command_complete("SELECT 3") + pg::ready();
    const bool told = GENERATE(false, true);
    dialogue s;
    s.login().expect(pg::sync()).answer(pg::ready());
    fake_server server(asked(asked(s).answer(told ? some + fatal : some).close().login()).answer(all));
    const auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(server.url(), {.pool = {.shared_connections = 1}});
        const auto rows = co_await db.query<std::int64_t, "select v from t">();
        CHECK(rows == std::vector<std::int64_t>{10, 11, 12});
        co_await db.close();
    };
    hawser::run(main());
    server.finish();
    CHECK(server.connections() == 2);
}

TEST_CASE("two farewells of the server's in one read end each job once, with the words of the first",
          "[postgres]") {
    const std::string crash = pg::error("57P02", "terminating connection because of crash", "FATAL");
    SECTION("with jobs under way") {
        talk t;
        const auto write = support::write("insert into t values (1)");
        const auto read = support::read("select v from t");
        t.ask(write);
        t.ask(read);
        static_cast<void>(t.said());
        CHECK(!t.hear(fatal + crash));
        t->lose(t->why(), t.written);
        CHECK(t->ended().answered.size() == 1);
        CHECK(t->ended().unsent.size() == 1);
        CHECK(t->ended().dropped.empty());
        CHECK(t->in_flight() == 0);
        const auto e = support::error_in(write.job->failure);
        CHECK(e.kind() == errc::commit_unknown);
        CHECK(e.info().sqlstate == "57P01");
        CHECK(t.is_unsent(read));
    }
    SECTION("with none") {
        talk t;
        CHECK(!t.hear(fatal + crash));
        CHECK(t->why().find("57P01") != std::string::npos);
    }
    SECTION("on a socket") {
        dialogue s;
        s.login().expect(pg::sync()).answer(pg::ready());
        fake_server server(asked(s).answer(fatal + crash).close());
        const auto main = [&]() -> task<> {
            hawser::database db = co_await hawser::open(server.url(), {.pool = {.shared_connections = 1}});
            const auto e = co_await error_of(db.execute<"insert into t values (1)">());
            CHECK(e.kind() == errc::commit_unknown);
            CHECK(e.info().sqlstate == "57P01");
            co_await db.close();
        };
        hawser::run(main());
        server.finish();
    }
}
