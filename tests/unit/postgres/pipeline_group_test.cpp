// Reads that share a Sync.
#include "support/catch.hpp"
#include "support/postgres_cluster.hpp"
#include "wire.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <algorithm>
#include <functional>
#include <hawser/hawser.hpp>
#include <optional>

using hawser::errc;
using hawser::engine::batch_mode;
using support::question;
using namespace wire;

namespace {

const std::string by_value = "select v from t where v > $1";

question reading(int above) {
    return support::read(by_value, above);
}
std::string bound(std::int64_t v, const char* name = "s1") {
    return pg::bind("", name, {pg::int8(v)}) + pg::execute();
}
std::string found(std::int64_t v) {
    return pg::bind_complete() + number_row(v) + pg::command_complete("SELECT 1");
}
std::string hex_said(talk& t) {
    return pg::hex(t.said());
}
std::vector<std::vector<std::string>> only(const char* v) {
    return {{v}};
}

// It knows the statement, as s1.
struct warm_talk : talk {
    warm_talk() {
        group_reads();
        const auto first = reading(0);
        ask(first);
        said();
        CHECK(hear(described({int8}, {{"v", int8}}) + found(1) + pg::ready()));
        REQUIRE(has_ended(first));
    }
};

} // namespace

TEST_CASE("reads that leave together share a Sync, and success is told behind it", "[postgres]") {
    const std::size_t piece = GENERATE(0u, 1u, 7u);
    warm_talk t;
    const auto a = reading(1), b = reading(2), c = reading(3);
    t.ask(a);
    t.ask(b);
    t.ask(c);
    CHECK(hex_said(t) == pg::hex(bound(1) + bound(2) + bound(3) + pg::sync()));
    CHECK(t.hear(found(11) + found(12) + found(13), piece));
    CHECK(!t.has_ended(a));
    CHECK(t->in_flight() == 3);
    CHECK(t.hear(pg::ready(), piece));
    REQUIRE(t->ended().answered.size() == 4);
    CHECK(t->ended().answered[1] == a.job);
    CHECK(t->ended().answered[3] == c.job);
    CHECK(a.rows().rows == only("11"));
    CHECK(b.rows().rows == only("12"));
    CHECK(c.rows().rows == only("13"));
    CHECK(t->in_flight() == 0);
    CHECK(t->unanswered() == 0);
}

TEST_CASE("a read whose group fails is sent again with a Sync of its own; the failure is its maker's alone",
          "[postgres]") {
    const std::size_t piece = GENERATE(0u, 1u);
    warm_talk t;
    const auto a = reading(1), b = reading(2), c = reading(3);
    t.ask(a);
    t.ask(b);
    t.ask(c);
    t.said();
    CHECK(t.hear(found(11) + pg::bind_complete() + pg::error("22012", "division by zero") + pg::ready(),
                 piece));
    REQUIRE(t.has_ended(b));
    CHECK(support::error_in(b.job->failure).info().sqlstate == "22012");
    CHECK(!t.has_ended(a));
    CHECK(!t.has_ended(c));
    CHECK(hex_said(t) == pg::hex(bound(1) + pg::sync() + bound(3) + pg::sync()));
    CHECK(t.hear(found(21) + pg::ready(), piece));
    REQUIRE(t.has_ended(a));
    CHECK(kind_of(a.job->failure) == "none");
    CHECK(a.rows().rows == only("21")); // what it had read before counts no more
    CHECK(a.job->round_trips == 2);
    CHECK(t.hear(pg::bind_complete() + pg::error("22012", "division by zero") + pg::ready(), piece));
    REQUIRE(t.has_ended(c));
    CHECK(kind_of(c.job->failure) != "none"); // its own
}

TEST_CASE("reads do not share a Sync unless they are to, nor on a lease, nor with one that has left",
          "[postgres]") {
    warm_talk t;
    SECTION("by default") {
        t->group_reads(false);
    }
    SECTION("lease") {
        t->lend(true);
    }
    SECTION("has left") {
        t.ask(reading(7));
        t.said();
        t.ask(reading(1));
        CHECK(hex_said(t) == pg::hex(bound(1) + pg::sync()));
        return;
    }
    t.ask(reading(1));
    t.ask(reading(2));
    CHECK(hex_said(t) == pg::hex(bound(1) + pg::sync() + bound(2) + pg::sync()));
}

TEST_CASE("nothing but a read that may be repeated joins a group", "[postgres]") {
    warm_talk t;
    const auto other = GENERATE(
        as<std::function<question()>>{}, [] { return support::write("delete from t"); },
        [] { return support::read("select my_function()"); },
        [] {
            auto guard = support::read("select 1/count(*) from t");
            guard.last().when_no_row = errc::precondition_failed;
            return guard;
        },
        [] {
            question several(batch_mode::independent);
            several.add("select 1").add("select 2");
            return several;
        },
        [] { return support::script("select 1"); });
    t.ask(reading(1));
    t.ask(other());
    t.ask(reading(2));
    const std::string bytes = t.said();
    const std::string front = bound(1) + pg::sync(), back = bound(2) + pg::sync();
    REQUIRE(bytes.size() > front.size() + back.size());
    CHECK(bytes.starts_with(front));
    CHECK(bytes.ends_with(back));
    const std::string_view own =
        std::string_view(bytes).substr(front.size(), bytes.size() - front.size() - back.size());
    CHECK((own.starts_with('Q') || own.ends_with(pg::sync())));
}

TEST_CASE("a group has no more than its most reads", "[postgres]") {
    warm_talk t;
    constexpr int most = static_cast<int>(hawser::postgres::pipeline::most_in_group);
    std::string expected;
    for (int i = 0; i < most + 2; ++i) {
        t.ask(reading(i));
        expected += bound(i) + (i == most - 1 || i == most + 1 ? pg::sync() : std::string());
    }
    CHECK(hex_said(t) == pg::hex(expected));
}

TEST_CASE("a read that cannot be written leaves those in front of it their Sync", "[postgres]") {
    warm_talk t;
    const auto a = reading(1), b = reading(2);
    const auto wrong = support::read("copy t to stdout"); // refused when it is written
    t.ask(a);
    const bool grouped = GENERATE(false, true);
    if (grouped) t.ask(b);
    t.ask(wrong);
    REQUIRE(t.has_ended(wrong));
    CHECK(kind_of(wrong.job->failure) == "unsupported");
    CHECK(hex_said(t) == pg::hex(bound(1) + (grouped ? bound(2) : std::string()) + pg::sync()));
    t.ask(reading(3)); // alone
    CHECK(hex_said(t) == pg::hex(bound(3) + pg::sync()));
    CHECK(t.hear(found(11) + (grouped ? found(12) : std::string()) + pg::ready()));
    CHECK(t.has_ended(a));
    CHECK(t.has_ended(b) == grouped);
}

TEST_CASE("a statement that does not parse fails each of its group that binds it, each by itself",
          "[postgres]") {
    talk t;
    t.group_reads();
    const auto a = reading(1), b = reading(2);
    t.ask(a);
    t.ask(b);
    CHECK(hex_said(t) == pg::hex(pg::parse("s1", by_value, {int8}) + pg::describe('S', "s1") + bound(1) +
                                 bound(2) + pg::sync()));
    CHECK(t.hear(pg::error("42P01", "no t") + pg::ready()));
    REQUIRE(t.has_ended(a));
    CHECK(kind_of(a.job->failure) == "undefined_object");
    CHECK(hex_said(t) ==
          pg::hex(pg::parse("s2", by_value, {int8}) + pg::describe('S', "s2") + bound(2, "s2") + pg::sync()));
    CHECK(t.hear(described({int8}, {{"v", int8}}) + found(5) + pg::ready())); // somebody has made it
    REQUIRE(t.has_ended(b));
    CHECK(b.rows().rows == only("5"));
}

TEST_CASE("a plan that does not fit any more does not use up the second try of its group", "[postgres]") {
    warm_talk t;
    const std::string outdated = pg::bind_complete() +
                                 pg::error({{'S', "ERROR"},
                                            {'V', "ERROR"},
                                            {'C', "0A000"},
                                            {'M', "cached plan must not change result type"},
                                            {'R', "RevalidateCachedQuery"}}) +
                                 pg::ready();
    const auto a = reading(1), b = reading(2);
    t.ask(a);
    t.ask(b);
    t.said();
    CHECK(t.hear(pg::bind_complete() + pg::error("22012", "division by zero") + pg::ready()));
    REQUIRE(t.has_ended(a));
    CHECK(hex_said(t) == pg::hex(bound(2) + pg::sync()));
    CHECK(t.hear(outdated));
    CHECK(!t.has_ended(b));
    CHECK(t.said().find(by_value) != std::string::npos);
    CHECK(t.hear(pg::close_complete() + described({int8}, {{"v", int8}}) + found(3) + pg::ready()));
    REQUIRE(t.has_ended(b));
    CHECK(b.rows().rows == only("3"));
}

TEST_CASE("what fails at the Sync of a group is nobody's: each is sent again alone", "[postgres]") {
    warm_talk t;
    const auto a = reading(1), b = reading(2);
    t.ask(a);
    t.ask(b);
    t.said();
    CHECK(t.hear(found(11) + found(12) + pg::error("40001", "could not serialize access") + pg::ready()));
    CHECK(!t.has_ended(a));
    CHECK(!t.has_ended(b));
    CHECK(hex_said(t) == pg::hex(bound(1) + pg::sync() + bound(2) + pg::sync()));
    CHECK(t.hear(found(21) + pg::ready() + found(22) + pg::error("40001", "could not serialize access") +
                 pg::ready()));
    CHECK(kind_of(a.job->failure) == "none");
    REQUIRE(t.has_ended(b));
    CHECK(kind_of(b.job->failure) == "serialization_failure");
}

TEST_CASE("whose caller has gone is not sent again with its group", "[postgres]") {
    warm_talk t;
    const auto a = reading(1), b = reading(2);
    t.ask(a);
    t.ask(b);
    t.said();
    REQUIRE(a.job->abandon());
    CHECK(t.hear(found(11) + pg::bind_complete() + pg::error("22012", "division by zero") + pg::ready()));
    CHECK(t.said().empty());
    CHECK(t->in_flight() == 0);
}

TEST_CASE("a group that ran within the transaction of another is undone with it, and sent again alone",
          "[postgres]") {
    warm_talk t;
    const auto culprit = support::write("call opens_one()");
    const auto a = reading(1), b = reading(2);
    t.ask(culprit);
    t.ask(a);
    t.ask(b);
    t.said();
    CHECK(t.hear(first_done("CALL", 'T') + found(11) + found(12) + pg::ready('T')));
    CHECK(!t.has_ended(a));
    t.said();
    CHECK(t.hear(first_done("ROLLBACK") + done("ROLLBACK") + done("ROLLBACK")));
    CHECK(t.has_ended(culprit));
    CHECK(hex_said(t) == pg::hex(bound(1) + pg::sync() + bound(2) + pg::sync()));
    CHECK(t.hear(found(21) + pg::ready() + found(22) + pg::ready()));
    CHECK(a.rows().rows == only("21"));
    CHECK(b.rows().rows == only("22"));
}

TEST_CASE("a group that is lost with its connection goes elsewhere, each read once", "[postgres]") {
    warm_talk t;
    const bool was_sent = GENERATE(false, true);
    const auto a = reading(1), b = reading(2);
    a.job->sent_again = 1; // it was lost before
    t.ask(a);
    t.ask(b);
    if (was_sent) t.said();
    t->lose("it broke", t.written);
    CHECK(t.is_unsent(b));
    REQUIRE(t.has_ended(a));
    const std::string why = support::error_in(a.job->failure).message();
    CHECK((why.find("before the answer") != std::string::npos) == was_sent);
}

TEST_CASE("on a server reads that share a Sync are one transaction, and one that fails leaves the others",
          "[postgres]") {
    NEED_POSTGRES();
    hawser::open_options options{.pool = {.shared_connections = 1}};
    options.postgres.group_reads = true;
    const support::fresh_database fresh;
    boost::asio::io_context io(1);
    std::optional<hawser::database> db;
    std::vector<std::int64_t> begun;
    std::vector<std::int64_t> told;
    int failed = 0;
    const auto run = [&](int count, auto one) {
        for (int i = 0; i < count; ++i)
            boost::asio::co_spawn(io, one(i), [](const std::exception_ptr& e) {
                if (e) std::rethrow_exception(e);
            });
        io.restart();
        io.run();
    };
    const auto opens = [&](int) -> hawser::task<> {
        db.emplace(co_await hawser::open(fresh.url(), options));
        co_await db->ping();
    };
    run(1, opens);
    const auto asks_when = [&](int) -> hawser::task<> {
        begun.push_back(co_await db->query_one<std::int64_t, "select (extract(epoch from "
                                                             "current_timestamp) * 1000000)::bigint">());
    };
    run(20, asks_when);
    REQUIRE(begun.size() == 20);
    CHECK(std::all_of(begun.begin(), begun.end(), [&](auto v) { return v == begun.front(); }));
    const auto divides = [&](int i) -> hawser::task<> {
        const std::int64_t by = i % 5;
        auto r = co_await hawser::as_result(db->query_one<std::int64_t, "select 100 / $1::bigint">(by));
        if (r)
            told.push_back(*r * by);
        else
            ++failed;
    };
    run(100, divides);
    CHECK(failed == 20);
    REQUIRE(told.size() == 80);
    CHECK(std::all_of(told.begin(), told.end(), [](auto v) { return v == 100 || v == 99; }));
    const auto closes = [&](int) -> hawser::task<> { co_await db->close(); };
    run(1, closes);
}
