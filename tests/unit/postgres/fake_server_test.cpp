#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include "support/raw_postgres.hpp"
#include <atomic>
#include <string>
#include <sys/socket.h>
#include <vector>

using support::fake_server;
using support::postgres_address;
using support::raw_postgres;
using support::dialogue;
namespace pg = support::pg;

namespace {

postgres_address address_of(const fake_server& s) {
    return {s.host(), s.port(), "hawser", "fake", {}};
}

std::string failure_of(fake_server& s) {
    try {
        s.finish();
    } catch (const std::exception& e) { return e.what(); }
    return "none";
}

const std::string answer_of_one = pg::row_description({{.name = "n", .type = 20, .format = 0}}) +
                                  pg::data_row({"1"}) + pg::command_complete("SELECT 1") + pg::ready();

} // namespace

TEST_CASE("a fake server says what its script has, by a socket and by tcp", "[concurrency]") {
    const auto how = GENERATE(fake_server::listens::socket, fake_server::listens::tcp);
    const std::size_t piece = GENERATE(0u, 1u, 7u);
    fake_server server(dialogue().login(12, 34).expect(pg::query("select 1")).answer(answer_of_one, piece),
                       how);
    raw_postgres client(address_of(server));
    CHECK(client.process() == 12);
    CHECK(client.secret() == 34);
    CHECK(client.parameter("server_version") == "15.0");
    CHECK(client.integer("select 1") == 1);
    server.finish();
    const std::string started =
        pg::startup({{"user", "hawser"}, {"database", "fake"}, {"client_encoding", "UTF8"}});
    CHECK(server.received() == started + pg::query("select 1"));
    CHECK(server.connections() == 1);
}

TEST_CASE("a fake server shows where other bytes came", "[concurrency]") {
    fake_server server(dialogue().login().expect(pg::query("select 1")));
    raw_postgres client(address_of(server));
    client.send(pg::query("select 2"));
    const std::string why = failure_of(server);
    CHECK_THAT(why, support::contains_text("step 3 of the script, expect: other bytes came"));
    CHECK_THAT(why, support::contains_text("51 00 00 00 0d 73 65 6c 65 63 74 20 31 00"));
    CHECK_THAT(why, support::contains_text("51 00 00 00 0d 73 65 6c 65 63 74 20 32 00"));
    CHECK_THAT(why, support::contains_text("Q....select 2."));
    CHECK(client.at_end());
}

TEST_CASE("a fake server tells a client that has closed too early", "[concurrency]") {
    fake_server server(dialogue().login().expect(pg::query("select 1") + pg::terminate()));
    {
        raw_postgres client(address_of(server));
        client.send(pg::query("select 1").substr(0, 4));
    }
    CHECK_THAT(failure_of(server), support::contains_text("other bytes came")); // the farewell
    fake_server other(dialogue().accept().expect("abc"));
    {
        const raw_postgres client = raw_postgres::unstarted(address_of(other));
        static_cast<void>(::send(client.descriptor(), "ab", 2, MSG_NOSIGNAL));
        ::shutdown(client.descriptor(), SHUT_WR);
        CHECK_THAT(failure_of(other), support::contains_text("the client has closed too early"));
    }
}

TEST_CASE("a fake server tells a client that has spoken too early", "[concurrency]") {
    fake_server server(dialogue().login().expect_silence().pause().expect_silence());
    raw_postgres client(address_of(server));
    server.wait_for_pause();
    client.send(pg::query("select 1"));
    server.let_go();
    CHECK_THAT(failure_of(server),
               support::contains_text("step 5 of the script, expect_silence: bytes came"));
}

TEST_CASE("a fake server waits at a pause until it is let go", "[concurrency]") {
    std::atomic<bool> passed = false;
    fake_server server(
        dialogue().login().expect(pg::query("x")).pause().run([&] { passed = true; }).answer(answer_of_one));
    raw_postgres client(address_of(server));
    client.send(pg::query("x"));
    server.wait_for_pause();
    CHECK_FALSE(passed);
    server.let_go();
    CHECK(types_of(client.until_ready()) == "TDCZ");
    CHECK(passed);
    server.finish();
    CHECK_THROWS_WITH(server.wait_for_pause(), support::contains_text("no more pauses"));
}

TEST_CASE("a fake server closes and resets", "[concurrency]") {
    SECTION("by a farewell") {
        fake_server server(dialogue().login().close());
        raw_postgres client(address_of(server));
        CHECK(client.at_end());
    }
    SECTION("without one") {
        fake_server server(dialogue().login().reset(), fake_server::listens::tcp);
        const raw_postgres client(address_of(server));
        server.finish();
        char one = 0;
        CHECK(::recv(client.descriptor(), &one, 1, 0) == -1);
        CHECK(errno == ECONNRESET);
    }
    SECTION("and the client may close first") {
        fake_server server(dialogue().login().expect(pg::terminate()).expect_end());
        { const raw_postgres client(address_of(server)); }
        server.finish();
    }
}

TEST_CASE("a fake server speaks with several clients in the order of its script", "[concurrency]") {
    fake_server server(dialogue()
                           .login(1, 1)
                           .login(2, 2)
                           .on(0)
                           .expect(pg::query("a"))
                           .on(1)
                           .expect(pg::query("b"))
                           .answer(answer_of_one)
                           .on(0)
                           .answer(answer_of_one));
    raw_postgres a(address_of(server)), b(address_of(server));
    CHECK(a.process() == 1);
    CHECK(b.process() == 2);
    b.send(pg::query("b"));
    a.send(pg::query("a"));
    CHECK(types_of(b.until_ready()) == "TDCZ");
    CHECK(types_of(a.until_ready()) == "TDCZ");
    server.finish();
    CHECK(server.received(1).ends_with(pg::query("b")));
}

TEST_CASE("a fake server counts the writes of a client over tcp", "[concurrency]") {
    fake_server server(dialogue().accept().expect("abcdef").answer("!"), fake_server::listens::tcp);
    raw_postgres client = raw_postgres::unstarted(address_of(server));
    client.send("ab");
    client.send("cd");
    client.send("ef");
    server.finish();
    CHECK(server.writes() == 3);

    fake_server other(dialogue().accept().expect("abcdef"), fake_server::listens::tcp);
    raw_postgres at_once = raw_postgres::unstarted(address_of(other));
    at_once.send("abcdef");
    other.finish();
    CHECK(other.writes() == 1);
}

TEST_CASE("a conversation is broken at each of its places", "[concurrency]") {
    const dialogue whole = dialogue().login().expect(pg::query("x")).answer(answer_of_one);
    for (std::size_t at = 1; at < whole.size(); ++at) {
        fake_server server(whole.cut(at, dialogue::breaking::closes));
        CHECK_THROWS_AS(raw_postgres(address_of(server)).exec("x"), std::runtime_error);
    }
}

TEST_CASE("nobody listens when a fake server is deaf or done", "[concurrency]") {
    fake_server server(dialogue().login().deafen().pause());
    const raw_postgres client(address_of(server));
    server.wait_for_pause();
    CHECK_THROWS_WITH(raw_postgres::unstarted(address_of(server)),
                      support::contains_text("Connection refused"));
    server.let_go();
    server.finish();
}

TEST_CASE("a fake server that is destroyed in the middle of its script ends at once", "[concurrency]") {
    { const fake_server server(dialogue().login().pause()); }
    fake_server server(dialogue().login().pause());
    raw_postgres client(address_of(server));
    server.wait_for_pause();
}
