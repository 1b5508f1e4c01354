// A bulk insert on the wire: parts of a bounded size, all or nothing.
#include "numbers.hpp"
#include "support/catch.hpp"
#include "wire.hpp"
#include <set>

using hawser::errc;
using hawser::engine::batch_mode;
using hawser::engine::verb;
using support::question;
using namespace wire;

namespace {

std::size_t times(std::string_view in, std::string_view what) {
    std::size_t n = 0;
    for (auto at = in.find(what); at != std::string_view::npos; at = in.find(what, at + what.size())) ++n;
    return n;
}

const std::string begun = described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN");
const std::string committed = first_done("COMMIT");

} // namespace

TEST_CASE("a bulk insert is cut by the bytes of its rows as by their number", "[postgres][bulk]") {
    const std::size_t length = GENERATE(std::size_t{0}, std::size_t{100000});
    const numbers rows(1200, length);
    talk t;
    const auto bulk = rows.inserted();
    t.ask(bulk);
    std::size_t longest = 0;
    std::size_t parts = 0;
    std::string bytes;
    do {
        bytes = t.said();
        longest = std::max(longest, bytes.size());
        parts += times(bytes, pg::execute());
        t->feed();
    } while (!t->out().empty());
    CHECK(parts == (length == 0 ? 4 : 112)); // with BEGIN and COMMIT
    CHECK(longest < (std::size_t{4} << 20));
}

TEST_CASE("a bulk insert whose statement the server has forgotten begins anew as a whole, once",
          "[postgres][bulk]") {
    talk t;
    const numbers one(1);
    const auto warm = one.inserted();
    t.ask(warm);
    t.said();
    CHECK(t.hear(insert_described() + keys_given(1, 1) + pg::ready()));
    const numbers rows(1500, 2000);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    t.said();
    REQUIRE(t->is_fed());
    CHECK(t.hear(begun + pg::error("26000", "prepared statement \"s1\" does not exist")));
    t->feed(); // gives up: what is left of it would be passed over
    CHECK(!t->is_fed());
    const std::string given_up = t.said();
    CHECK(times(given_up, pg::execute()) == 1); // of the ROLLBACK
    CHECK(t.hear(pg::ready('E') + pg::close_complete() + first_done("ROLLBACK")));
    CHECK(!t.has_ended(bulk));
    const std::string anew = t.said_all();
    CHECK(times(anew, pg::execute()) == 5); // BEGIN, three parts, COMMIT
    CHECK(t.hear(begun + insert_described() + keys_given(1, 517) + keys_given(518, 517) +
                 keys_given(1035, 466) + committed));
    REQUIRE(t.has_ended(bulk));
    CHECK(kind_of(bulk.job->failure) == "none");
    CHECK(rows.keys().front() == 1);
    CHECK(rows.keys().back() == 1500);
}

TEST_CASE("a bulk insert that meets the failed transaction of another one is sent again once that is undone",
          "[postgres][bulk]") {
    talk t;
    const numbers one(1);
    const auto warm = one.inserted();
    t.ask(warm);
    t.said();
    CHECK(t.hear(insert_described() + keys_given(1, 1) + pg::ready()));
    const bool fed = GENERATE(false, true); // it is still being sent when it is refused
    const numbers refused_rows(1001), rows(1500, fed ? 2000 : 0);
    const auto refused = refused_rows.inserted();
    const auto bulk = rows.inserted();
    t.ask(refused);
    t.ask(bulk);
    t.said();
    CHECK(t->is_fed() == fed);
    CHECK(t.hear(begun + keys_given(1, 1000) + pg::bind_complete() + pg::error("23505", "twice") +
                 pg::ready('E')));
    CHECK(t.hear(pg::error("25P02", "current transaction is aborted")));
    t->feed();
    CHECK(!t->is_fed());
    t.said();
    CHECK(t.hear(pg::ready('E') + first_done("ROLLBACK")));
    CHECK(!t.has_ended(bulk));
    CHECK(t.hear(done("ROLLBACK")));
    CHECK(!t.has_ended(bulk));
    t.said_all();
    REQUIRE(t.has_ended(refused));
    CHECK(kind_of(refused.job->failure) == "unique_violation");
    CHECK(t.hear(pg::bind_complete() + pg::command_complete("BEGIN")));
    if (fed)
        CHECK(t.hear(keys_given(1, 517) + keys_given(518, 517) + keys_given(1035, 466)));
    else
        CHECK(t.hear(keys_given(1, 1000) + keys_given(1001, 500)));
    CHECK(t.hear(committed));
    REQUIRE(t.has_ended(bulk));
    CHECK(kind_of(bulk.job->failure) == "none");
    CHECK(rows.keys().front() == 1);
    CHECK(rows.keys().back() == 1500);
    CHECK(t->status() == 'I');
}

TEST_CASE("keys of a bulk insert of which a trigger has left out a row are nobody's", "[postgres][bulk]") {
    talk t;
    const numbers rows(3);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    t.said();
    CHECK(t.hear(insert_described() + keys_given(1, 2) + pg::ready()));
    REQUIRE(t.has_ended(bulk));
    const auto failure = support::error_in(bulk.job->failure);
    CHECK(failure.kind() == errc::misuse);
    CHECK(failure.may_have_executed());
    CHECK(failure.message().find("2 of 3") != std::string::npos);
    CHECK(std::set<std::int64_t>(rows.keys().begin(), rows.keys().end()) == std::set<std::int64_t>{0});
}

TEST_CASE("a bulk insert on a lease waits until it is known whether a transaction is open",
          "[postgres][bulk]") {
    talk t;
    t->lend(true);
    question begin(batch_mode::atomic);
    begin.job->what = verb::begin;
    const bool opened = GENERATE(false, true);
    const numbers rows(1500);
    const auto bulk = rows.inserted();
    t.ask(begin);
    t.ask(bulk);
    CHECK(t.said().find("unnest") == std::string::npos);
    CHECK(t->in_flight() == 2);
    CHECK(t.hear(opened ? first_done("BEGIN", 'T') : pg::error("53200", "out of memory") + pg::ready()));
    t->feed();
    const std::string bytes = t.said_all();
    CHECK((bytes.find("release savepoint bulk") != std::string::npos) == opened);
    CHECK((bytes.find("commit") != std::string::npos) == !opened);
}

TEST_CASE("what comes behind a bulk insert of a session waits for the end of its own transaction",
          "[postgres][bulk]") {
    talk t;
    t->lend(true);
    const numbers rows(1001);
    const auto bulk = rows.inserted();
    const auto behind = support::write("delete from u");
    t.ask(bulk);
    t.ask(behind);
    CHECK(t.said().find("delete") == std::string::npos);
    CHECK(t.hear(begun + insert_described() + keys_given(1, 1000) + pg::bind_complete() +
                 pg::error("23505", "twice") + pg::ready('E')));
    t->feed();
    CHECK(t.said().find("delete") == std::string::npos);
    CHECK(t.hear(first_done("ROLLBACK")));
    REQUIRE(t.has_ended(bulk));
    CHECK(kind_of(bulk.job->failure) == "unique_violation");
    t->feed();
    CHECK(t.said().find("delete") != std::string::npos);
    CHECK(t.hear(first_done("DELETE 0")));
    REQUIRE(t.has_ended(behind));
    CHECK(kind_of(behind.job->failure) == "none");
}

TEST_CASE("an evicted statement is closed in front of a part of a bulk insert too", "[postgres][bulk]") {
    talk t(1);
    const auto read = support::read("select 1");
    t.ask(read);
    t.said();
    CHECK(t.hear(described({}, {{"n", int8}}) + pg::bind_complete() + pg::command_complete("SELECT 0") +
                 pg::ready()));
    const numbers rows(1);
    const auto bulk = rows.inserted();
    t.ask(bulk);
    CHECK(t.said().starts_with(pg::close('S', "s1") + pg::parse("s2", "insert into t").substr(0, 1)));
    CHECK(t.hear(pg::close_complete() + insert_described() + keys_given(9, 1) + pg::ready()));
    REQUIRE(t.has_ended(bulk));
    CHECK(rows.keys().front() == 9);
}

TEST_CASE("a statement that cannot be encoded leaves the one that went for it to be closed later",
          "[postgres]") {
    talk t(1);
    const auto read = support::read("select 1");
    t.ask(read);
    t.said();
    const std::string answer =
        described({}, {{"n", int8}}) + pg::bind_complete() + pg::command_complete("SELECT 0") + pg::ready();
    CHECK(t.hear(answer));
    question wrong(batch_mode::atomic);
    wrong.add("insert into a values ($1)").value(1).add("copy t from stdin");
    t.ask(wrong);
    REQUIRE(t.has_ended(wrong));
    CHECK(t.said().empty());
    const auto next = support::read("select 2");
    t.ask(next);
    CHECK(t.said().starts_with(pg::close('S', "s1")));
    CHECK(t.hear(pg::close_complete() + answer));
    CHECK(t.has_ended(next));
}
