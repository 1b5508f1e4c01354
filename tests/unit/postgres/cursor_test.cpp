// What a stream says to the server, and how it bears the answers.
#include "postgres/pipeline.hpp"
#include "support/catch.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include "talk.hpp"
#include <hawser/core/error.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using hawser::errc;
using hawser::engine::cursor;
using hawser::engine::verb;
using support::question;
using support::talk;
namespace pg = support::pg;

namespace {

constexpr std::uint32_t int8 = 20;
constexpr std::uint32_t tsvector = 3614;
constexpr std::string_view sql = "select v from t where v > $1";

question opening(const std::shared_ptr<cursor>& of, std::size_t rows) {
    question q = support::read(std::string(sql), 1);
    q.job->what = verb::open_cursor;
    q.job->cursor = of;
    q.last().most_rows = rows;
    return q;
}
question more(const std::shared_ptr<cursor>& of, std::size_t rows) {
    question q(hawser::engine::batch_mode::read);
    q.job->what = verb::fetch;
    q.job->cursor = of;
    q.job->batch.requests.emplace_back().most_rows = rows;
    q.rows_wanted();
    return q;
}

std::string described(const std::vector<pg::column>& columns) {
    return pg::parse_complete() + pg::parameter_description({int8}) + pg::row_description(columns);
}
std::string rows(std::int64_t first, std::int64_t last) {
    std::string bytes;
    for (std::int64_t v = first; v <= last; ++v) bytes += pg::data_row({pg::int8(v)});
    return bytes;
}
std::string done(std::int64_t n) {
    return pg::command_complete("SELECT " + std::to_string(n));
}

// In a transaction of a lease's.
struct transaction : talk {
    transaction() {
        (*this)->lend(true);
        question begin(hawser::engine::batch_mode::read);
        begin.job->what = verb::begin;
        ask(begin);
        static_cast<void>(said());
        REQUIRE(hear(pg::parse_complete() + pg::parameter_description({}) + pg::no_data() +
                     pg::bind_complete() + pg::command_complete("BEGIN") + pg::ready('T')));
        REQUIRE(has_ended(begin));
    }
};

const std::string opens = pg::parse("s2", sql, {int8}) + pg::describe('S', "s2") +
                          pg::bind("c1", "s2", {pg::int8(1)}) + pg::execute("c1", 2) + pg::sync();

} // namespace

TEST_CASE("a stream asks a portal for so many rows at a time, and closes it in front of what comes next",
          "[postgres][stream]") {
    const std::size_t piece = GENERATE(0u, 1u, 5u);
    transaction t;
    auto held = std::make_shared<cursor>();
    const auto first = opening(held, 2);
    t.ask(first);
    CHECK(pg::hex(t.said()) == pg::hex(opens));
    CHECK(t.hear(described({{"v", int8}}) + pg::bind_complete() + rows(2, 3) + pg::portal_suspended() +
                     pg::ready('T'),
                 piece));
    REQUIRE(t.has_ended(first));
    CHECK(t.kind_of(first) == std::string("none"));
    CHECK(first.job->batch.requests[0].rows_affected == 2);
    CHECK(first.rows().rows.size() == 2);
    const auto second = more(held, 5);
    t.ask(second);
    CHECK(pg::hex(t.said()) == pg::hex(pg::execute("c1", 5) + pg::sync()));
    CHECK(t.hear(rows(4, 4) + done(1) + pg::ready('T'), piece));
    REQUIRE(t.has_ended(second));
    CHECK(second.job->batch.requests[0].rows_affected == 1);
    CHECK(second.rows().rows == std::vector<std::vector<std::string>>{{"4"}});
    held.reset();
    question ping(hawser::engine::batch_mode::read);
    ping.job->what = verb::ping;
    t.ask(ping);
    CHECK(pg::hex(t.said()) == pg::hex(pg::close('P', "c1") + pg::sync()));
    CHECK(t.hear(pg::close_complete() + pg::ready('T'), piece));
    CHECK(t.has_ended(ping));
    CHECK(t->in_flight() == 0);
}

TEST_CASE("rows whose binary form is not known are asked for as text by a second portal",
          "[postgres][stream]") {
    transaction t;
    const auto held = std::make_shared<cursor>();
    const auto first = opening(held, 2);
    t.ask(first);
    static_cast<void>(t.said());
    CHECK(t.hear(described({{"v", tsvector}}) + pg::bind_complete() + pg::data_row({"\1\2"}) + done(1) +
                 pg::ready('T')));
    CHECK(!t.has_ended(first));
    CHECK(pg::hex(t.said()) == pg::hex(pg::close('P', "c1") + pg::bind("c1", "s2", {pg::int8(1)}, {1}, {0}) +
                                       pg::execute("c1", 2) + pg::sync()));
    CHECK(t.hear(pg::close_complete() + pg::bind_complete() + pg::data_row({"'a'"}) + pg::portal_suspended() +
                 pg::ready('T')));
    REQUIRE(t.has_ended(first));
    CHECK(first.rows().rows == std::vector<std::vector<std::string>>{{"'a'"}});
    const auto second = more(held, 2);
    t.ask(second);
    CHECK(pg::hex(t.said()) == pg::hex(pg::execute("c1", 2) + pg::sync()));
    CHECK(t.hear(pg::data_row({"'b'"}) + done(1) + pg::ready('T')));
    CHECK(second.rows().rows == std::vector<std::vector<std::string>>{{"'b'"}});
}

TEST_CASE("a stream whose transaction has ended is over, whoever finds out", "[postgres][stream]") {
    transaction t;
    const auto held = std::make_shared<cursor>();
    t.ask(opening(held, 2));
    static_cast<void>(t.said());
    CHECK(t.hear(described({{"v", int8}}) + pg::bind_complete() + rows(2, 3) + pg::portal_suspended() +
                 pg::ready('T')));
    SECTION("the server") {
        const auto next = more(held, 2);
        t.ask(next);
        CHECK(t.hear(pg::error("34000", "portal \"c1\" does not exist") + pg::ready('T')));
        REQUIRE(t.has_ended(next));
        CHECK(t.kind_of(next) == std::string("misuse"));
    }
    SECTION("we") {
        question commit(hawser::engine::batch_mode::atomic);
        commit.job->what = verb::commit;
        t.ask(commit);
        static_cast<void>(t.said());
        CHECK(t.hear(pg::parse_complete() + pg::parameter_description({}) + pg::no_data() +
                     pg::bind_complete() + pg::command_complete("COMMIT") + pg::ready('I')));
        const auto next = more(held, 2);
        t.ask(next);
        CHECK(t.said().empty());
        REQUIRE(t.has_ended(next));
        CHECK(t.kind_of(next) == std::string("misuse"));
    }
}

TEST_CASE("outside of a transaction a stream declares a cursor that outlives its own", "[postgres][stream]") {
    talk t;
    t->lend(true);
    auto held = std::make_shared<cursor>();
    const auto first = opening(held, 2);
    t.ask(first);
    const std::string declared = "declare c1 no scroll cursor with hold for " + std::string(sql);
    CHECK(pg::hex(t.said()) == pg::hex(pg::parse("s1", declared, {int8}) + pg::describe('S', "s1") +
                                       pg::bind("", "s1", {pg::int8(1)}) + pg::execute() +
                                       pg::describe('P', "c1") + pg::execute("c1", 2) + pg::sync()));
    CHECK(t.hear(pg::parse_complete() + pg::parameter_description({int8}) + pg::no_data() +
                 pg::bind_complete() + pg::command_complete("DECLARE CURSOR") +
                 pg::row_description({{"v", int8, 0}}) + pg::data_row({"2"}) + pg::data_row({"3"}) +
                 pg::portal_suspended() + pg::ready('I')));
    REQUIRE(t.has_ended(first));
    CHECK(t.kind_of(first) == std::string("none"));
    CHECK(first.rows().rows == std::vector<std::vector<std::string>>{{"2"}, {"3"}});
    const auto second = more(held, 2);
    t.ask(second);
    CHECK(pg::hex(t.said()) == pg::hex(pg::execute("c1", 2) + pg::sync()));
    CHECK(t.hear(pg::data_row({"4"}) + done(1) + pg::ready('I')));
    CHECK(second.rows().rows == std::vector<std::vector<std::string>>{{"4"}});
}

TEST_CASE("nobody else's answer may be cut off as a portal's", "[postgres][stream]") {
    talk t;
    const auto q = support::read("select 1");
    t.ask(q);
    CHECK(!t.hear(pg::parse_complete() + pg::parameter_description({}) + pg::row_description({{"v", int8}}) +
                  pg::bind_complete() + rows(1, 1) + pg::portal_suspended()));
}

TEST_CASE("a stream that only reads does not take a statement that writes", "[postgres][stream]") {
    transaction t;
    question q = support::write("delete from t returning v");
    q.rows_wanted();
    q.job->what = verb::open_cursor;
    q.job->cursor = std::make_shared<cursor>();
    t.ask(q);
    CHECK(t.said().empty());
    REQUIRE(t.has_ended(q));
    CHECK(t.kind_of(q) == std::string("misuse"));
}
