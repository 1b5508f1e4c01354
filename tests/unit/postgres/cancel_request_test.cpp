// CancelRequests on the wire: when one is sent, and what waits for its end.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <hawser/hawser.hpp>
#include <hawser/postgres/engine.hpp>
#include <thread>

using hawser::errc;
using hawser::engine::verb;
using support::fake_server;
using support::question;
using support::dialogue;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace pg = support::pg;

namespace {

constexpr auto soon = 10s; // longer than all that is awaited

// A driver for a fake server, whose jobs run on a thread of its own.
class client {
public:
    explicit client(const fake_server& server, unsigned connections = 2) {
        hawser::postgres::settings s;
        s.endpoints = {{.host = server.host(), .port = server.port()}};
        s.user = "hawser";
        s.database = "fake";
        s.max_connections = connections;
        s.shared_connections = 1;
        s.close_after = 1ms; // the script has no answer to what ends a session
        engine = hawser::postgres::open(s);
        lease = session();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~client() {
        lease.reset();
        support::close(engine);
        idle_.reset();
        io_.stop();
        thread_.join();
    }
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    struct call {
        asio::cancellation_signal stop;
        std::future<void> end;
    };
    void start(call& c, const question& q) {
        const auto heard = [](support::engine_ptr to, hawser::engine::job_ptr j) -> hawser::task<> {
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
            co_await support::send(std::move(to), std::move(j));
        };
        auto begun = std::promise<void>();
        asio::post(io_, [&] {
            c.end = asio::co_spawn(io_, heard(engine, q.job),
                                   asio::bind_cancellation_slot(c.stop.slot(), asio::use_future));
            begun.set_value();
        });
        begun.get_future().wait();
        rest();
    }
    void cancel(call& c, asio::cancellation_type how = asio::cancellation_type::terminal) {
        asio::post(io_, [&] { c.stop.emit(how); });
        rest();
    }
    // What had come before has been seen to.
    void rest() {
        for (int i = 0; i < 3; ++i) {
            std::promise<void> turn;
            asio::post(io_, [&] { turn.set_value(); });
            turn.get_future().wait();
        }
    }
    // "done", or the kind of its failure.
    static std::string end_of(call& c) {
        if (c.end.wait_for(soon) != std::future_status::ready) return "still under way";
        try {
            c.end.get();
        } catch (const hawser::error& e) { return std::string(hawser::to_string(e.kind())); }
        return "done";
    }
    std::shared_ptr<hawser::engine::lease> session() {
        hawser::engine::lease_terms terms;
        terms.holder = "desk";
        terms.session = true;
        return engine->make_lease(std::move(terms));
    }
    void connect() {
        call c;
        start(c, support::on_lease(lease, verb::connect));
        CHECK(end_of(c) == "done");
    }

    support::engine_ptr engine;
    std::shared_ptr<hawser::engine::lease> lease;

private:
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> idle_ = asio::make_work_guard(io_);
    std::thread thread_;
};

dialogue& statement(dialogue& s) {
    for (const char type : {'P', 'D', 'B', 'E', 'S'}) s.expect_message(type);
    return s;
}
std::string stopped(char status = 'I') {
    return pg::parse_complete() + pg::parameter_description({}) + pg::no_data() + pg::bind_complete() +
           pg::error("57014", "canceling statement due to user request") + pg::ready(status);
}
std::string done() {
    return pg::parse_complete() + pg::parameter_description({}) + pg::no_data() + pg::bind_complete() +
           pg::command_complete("CALL") + pg::ready();
}
// A session, and a statement of it that the server works on. It stands at the first pause then.
dialogue working(bool with_key = true) {
    dialogue s;
    if (with_key)
        s.login(4711, 1234);
    else
        s.accept().expect_message(0).answer(pg::authentication_ok() + pg::usual_parameters() + pg::ready());
    s.expect(pg::sync()).answer(pg::ready());
    return statement(s).pause();
}

question slow() {
    return support::write("call slow()");
}
question next() {
    return support::write("call next()");
}

} // namespace

TEST_CASE("a lease sends nothing before both its answer and the end of the cancel connection have come",
          "[postgres][concurrency]") {
    const bool answered_first = GENERATE(true, false);
    const bool too_late = GENERATE(true, false); // the statement was done before
    dialogue s = working();
    const std::string answer = too_late ? done() : stopped();
    s.accept().expect(pg::cancel_request(4711, 1234)).on(0);
    if (answered_first)
        s.answer(answer, answer.size());
    else
        s.on(1).close().on(0);
    s.pause().expect_silence();
    if (answered_first)
        s.on(1).close().on(0);
    else
        s.answer(answer);
    statement(s).answer(done());
    fake_server server(s);
    client c(server);
    c.connect();
    client::call cancelled, following;
    c.start(cancelled, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    c.cancel(cancelled);
    CHECK(client::end_of(cancelled) == "cancelled");
    c.start(following, support::on_lease(c.lease, next()));
    server.let_go();
    server.wait_for_pause();
    c.rest();
    server.let_go();
    CHECK(client::end_of(following) == "done");
    server.finish();
    CHECK(server.connections() == 2);
}

TEST_CASE("a connection is lent to nobody before the end of the cancel connection has come",
          "[postgres][concurrency]") {
    dialogue s = working();
    s.accept().expect(pg::cancel_request(4711, 1234)).on(0).answer(stopped(), stopped().size());
    s.pause().expect_silence().on(1).close().on(0);
    s.expect(pg::query("rollback") + pg::query("discard all"));
    s.answer(pg::command_complete("ROLLBACK") + pg::ready() + pg::command_complete("DISCARD ALL") +
             pg::ready());
    s.expect(pg::sync()).answer(pg::ready());
    fake_server server(s);
    client c(server, 1);
    c.connect();
    client::call cancelled, following;
    c.start(cancelled, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    c.cancel(cancelled);
    CHECK(client::end_of(cancelled) == "cancelled");
    c.lease.reset();
    const auto other = c.session();
    c.start(following, support::on_lease(other, verb::connect));
    server.let_go();
    server.wait_for_pause();
    c.rest();
    server.let_go();
    CHECK(client::end_of(following) == "done");
    server.finish();
    CHECK(server.connections() == 2);
}

TEST_CASE("a lease whose server does not stop what was cancelled loses its connection, and nobody hangs",
          "[postgres][concurrency]") {
    const std::string lacks =
        GENERATE("the end of the cancel connection", "more than a reset of it", "the answer", "the key");
    dialogue s = working(lacks != "the key");
    if (lacks != "the key") s.accept().expect(pg::cancel_request(4711, 1234));
    if (lacks == "the answer") s.close();
    if (lacks == "more than a reset of it") s.reset();
    s.on(0);
    if (lacks == "the end of the cancel connection" || lacks == "more than a reset of it")
        s.answer(stopped());
    s.expect(pg::terminate()).expect_end();
    fake_server server(s, fake_server::listens::tcp);
    client c(server);
    c.connect();
    client::call cancelled, following;
    c.start(cancelled, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    server.let_go();
    c.cancel(cancelled);
    CHECK(client::end_of(cancelled) == "cancelled");
    c.start(following, support::on_lease(c.lease, next()));
    CHECK(client::end_of(following) == "connection_lost");
    server.finish();
}

TEST_CASE("a server that was asked before it had begun is asked again", "[postgres][concurrency]") {
    dialogue s = working();
    for (int i = 0; i < 2; ++i) s.accept().expect(pg::cancel_request(4711, 1234)).close();
    s.on(0).answer(stopped());
    statement(s).answer(done());
    fake_server server(s);
    client c(server);
    c.connect();
    client::call cancelled, following;
    c.start(cancelled, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    server.let_go();
    c.cancel(cancelled);
    c.start(following, support::on_lease(c.lease, next()));
    CHECK(client::end_of(following) == "done");
    server.finish();
    CHECK(server.connections() == 3);
}

TEST_CASE("a CancelRequest that nobody takes leaves the connection as it is", "[postgres][concurrency]") {
    const bool has_key = GENERATE(true, false);
    dialogue s = working(has_key);
    s.deafen().pause().answer(stopped());
    statement(s).answer(done());
    fake_server server(s);
    client c(server);
    c.connect();
    client::call cancelled, following;
    c.start(cancelled, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    server.let_go();
    server.wait_for_pause(); // nobody listens
    c.cancel(cancelled);
    CHECK(client::end_of(cancelled) == "cancelled");
    c.start(following, support::on_lease(c.lease, next()));
    server.let_go();
    CHECK(client::end_of(following) == "done");
    server.finish();
}

TEST_CASE("a statement whose deadline has passed is asked to be stopped", "[postgres][concurrency]") {
    dialogue s = working();
    s.accept().expect(pg::cancel_request(4711, 1234)).on(0).answer(stopped(), stopped().size());
    s.on(1).close().on(0);
    statement(s).answer(done());
    fake_server server(s);
    client c(server);
    c.connect();
    client::call late, following;
    auto q = support::on_lease(c.lease, slow());
    q.until(hawser::after(100ms));
    c.start(late, q);
    server.wait_for_pause();
    server.let_go();
    CHECK(client::end_of(late) == "statement_timeout");
    c.start(following, support::on_lease(c.lease, next()));
    CHECK(client::end_of(following) == "done");
    server.finish();
}

TEST_CASE("no CancelRequest is sent that could hit another's statement, or that nobody asked for",
          "[postgres][concurrency]") {
    const std::string what = GENERATE("in front of another", "behind another", "partial", "total");
    dialogue s = working();
    if (what == "in front of another" || what == "behind another") statement(s);
    s.pause().answer(done());
    if (what == "in front of another" || what == "behind another") s.answer(done());
    statement(s).answer(done());
    fake_server server(s);
    client c(server);
    c.connect();
    client::call first, second, third;
    c.start(first, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    server.let_go();
    if (what == "partial" || what == "total") {
        server.wait_for_pause();
        c.cancel(first,
                 what == "partial" ? asio::cancellation_type::partial : asio::cancellation_type::total);
        if (what == "partial") CHECK(client::end_of(first) == "cancelled");
    } else {
        c.start(second, support::on_lease(c.lease, support::write("call second()")));
        server.wait_for_pause();
        c.cancel(what == "in front of another" ? first : second);
    }
    server.let_go();
    c.start(third, support::on_lease(c.lease, next()));
    CHECK(client::end_of(third) == "done");
    server.finish();
    CHECK(server.connections() == 1);
}

TEST_CASE("what is cancelled behind a statement that is being stopped is not sent at all",
          "[postgres][concurrency]") {
    dialogue s = working();
    s.accept().expect(pg::cancel_request(4711, 1234)).pause().on(0);
    s.answer(stopped(), stopped().size()).on(1).close().on(0);
    s.expect(pg::sync()).answer(pg::ready());
    fake_server server(s);
    client c(server);
    c.connect();
    client::call first, second, third;
    c.start(first, support::on_lease(c.lease, slow()));
    server.wait_for_pause();
    c.cancel(first);
    server.let_go();
    server.wait_for_pause();
    c.start(second, support::on_lease(c.lease, next()));
    c.cancel(second, asio::cancellation_type::total);
    CHECK(client::end_of(second) == "cancelled");
    c.start(third, support::on_lease(c.lease, verb::ping));
    server.let_go();
    CHECK(client::end_of(third) == "done");
    server.finish();
    CHECK(server.connections() == 2);
}

TEST_CASE("a statement of the shared lane is let go, and the server is not asked to stop it",
          "[postgres][concurrency]") {
    dialogue s;
    s.login(4711, 1234);
    statement(s).pause().answer(done());
    statement(s).answer(done());
    fake_server server(s);
    client c(server);
    client::call first, second;
    c.start(first, slow());
    server.wait_for_pause();
    c.cancel(first);
    CHECK(client::end_of(first) == "cancelled");
    c.start(second, next());
    server.let_go();
    CHECK(client::end_of(second) == "done");
    server.finish();
    CHECK(server.connections() == 1);
}

namespace {

// Whose caller is let go, and whose is not, while the server is in the middle of a row.
struct giving_up {
    asio::cancellation_type how;
    const char* end;
    bool asks_server = false; // of a lease
};
const auto every_giving_up = {giving_up{asio::cancellation_type::terminal, "cancelled", true},
                              giving_up{asio::cancellation_type::partial, "cancelled"},
                              giving_up{asio::cancellation_type::total, "done"}};

std::string one_row(std::int64_t v) {
    return pg::parse_complete() + pg::parameter_description({}) + pg::row_description({{"v", 20}}) +
           pg::bind_complete() + pg::data_row({pg::int8(v)});
}
std::string last_row(std::int64_t v) {
    return pg::data_row({pg::int8(v)}) + pg::command_complete("SELECT 2") + pg::ready();
}
using lines = std::vector<std::vector<std::string>>;

} // namespace

TEST_CASE("a read of the shared lane that is cancelled in the middle of a row leaves others their own rows",
          "[postgres][concurrency]") {
    const giving_up gives_up = GENERATE(values(every_giving_up));
    const std::string first_rows = one_row(1) + last_row(2);
    const std::size_t half = GENERATE_COPY(one_row(1).size() - 3, one_row(1).size() + 2);
    dialogue s;
    s.login(4711, 1234);
    statement(statement(s)).answer(first_rows.substr(0, half), half).pause();
    s.answer(first_rows.substr(half) + one_row(3) + last_row(4));
    statement(s).answer(one_row(5) + last_row(6));
    fake_server server(s);
    client c(server);
    client::call first, neighbour, next;
    const question a = support::read("select v from a"), b = support::read("select v from b"),
                   d = support::read("select v from d");
    c.start(first, a);
    c.start(neighbour, b);
    server.wait_for_pause();
    c.rest();
    c.cancel(first, gives_up.how);
    const std::string end = gives_up.end;
    if (end == "cancelled") CHECK(client::end_of(first) == end);
    server.let_go();
    CHECK(client::end_of(neighbour) == "done");
    CHECK(b.rows().rows == lines{{"3"}, {"4"}});
    if (end != "cancelled") {
        CHECK(client::end_of(first) == end);
        CHECK(a.rows().rows == lines{{"1"}, {"2"}});
    }
    c.start(next, d);
    CHECK(client::end_of(next) == "done");
    CHECK(d.rows().rows == lines{{"5"}, {"6"}});
    server.finish();
    CHECK(server.connections() == 1);
}

TEST_CASE("a read of a lease that is cancelled in the middle of a row leaves the next one its own rows",
          "[postgres][concurrency]") {
    const giving_up gives_up = GENERATE(values(every_giving_up));
    const bool too_late = GENERATE(true, false); // the server had done it before
    const std::string first_rows =
        one_row(1) + (too_late || !gives_up.asks_server
                          ? last_row(2)
                          : pg::data_row({pg::int8(2)}) +
                                pg::error("57014", "canceling statement due to user request") + pg::ready());
    const std::size_t half = GENERATE_COPY(one_row(1).size() - 3, one_row(1).size() + 2);
    dialogue s;
    s.login(4711, 1234).expect(pg::sync()).answer(pg::ready());
    statement(s).answer(first_rows.substr(0, half), half).pause();
    if (gives_up.asks_server) s.accept().expect(pg::cancel_request(4711, 1234)).on(0);
    s.answer(first_rows.substr(half), first_rows.size() - half); // before the server is asked once more
    if (gives_up.asks_server) s.on(1).close().on(0);
    statement(s).answer(one_row(5) + last_row(6));
    fake_server server(s);
    client c(server);
    c.connect();
    client::call first, next;
    const question a = support::on_lease(c.lease, support::read("select v from a")),
                   d = support::on_lease(c.lease, support::read("select v from d"));
    c.start(first, a);
    server.wait_for_pause();
    c.rest();
    c.cancel(first, gives_up.how);
    const std::string end = gives_up.end;
    if (end == "cancelled") CHECK(client::end_of(first) == end);
    server.let_go();
    if (end != "cancelled") {
        CHECK(client::end_of(first) == end);
        CHECK(a.rows().rows == lines{{"1"}, {"2"}});
    }
    c.start(next, d);
    CHECK(client::end_of(next) == "done");
    CHECK(d.rows().rows == lines{{"5"}, {"6"}});
    server.finish();
    CHECK(server.connections() == (gives_up.asks_server ? 2 : 1));
}
