// Columns of which some come as text, beside statements whose columns all come in binary form.
#include "support/catch.hpp"
#include "wire.hpp"

using hawser::engine::batch_mode;
using support::question;
using namespace wire;

namespace {

constexpr std::uint32_t tsvector = 3614; // known by name only: it comes as text
const std::string words = "select v, w from words";
const std::string plain = "select v from plain";
const pg::column v{"v", int8};
const pg::column w{"w", tsvector};
using table = std::vector<std::vector<std::string>>;

question both() {
    question q(batch_mode::read);
    q.add(words).rows_wanted().add(plain).rows_wanted();
    return q;
}
std::string bound(const std::string& name, const pg::formats& results) {
    return pg::bind("", name, {}, {1}, results) + pg::execute();
}
std::string words_row(std::int64_t number, const std::string& text_of_it) {
    return pg::bind_complete() + pg::data_row({pg::int8(number), text_of_it}) +
           pg::command_complete("SELECT 1");
}
std::string plain_row(std::int64_t number) {
    return pg::bind_complete() + number_row(number) + pg::command_complete("SELECT 1");
}

} // namespace

TEST_CASE("two statements of one batch have their formats each, when first asked and from then on",
          "[postgres]") {
    talk t;
    const auto first = both();
    t.ask(first);
    static_cast<void>(t.said());
    // All was asked for in binary form, which of the second column is not known.
    CHECK(t.hear(described({}, {v, w}) + pg::bind_complete() + pg::data_row({pg::int8(1), "\1\2"}) +
                 pg::command_complete("SELECT 1") + described({}, {v}) + plain_row(2) + pg::ready()));
    CHECK(!t.has_ended(first));
    CHECK(pg::hex(t.said()) == pg::hex(bound("s1", {1, 0}) + bound("s2", {1}) + pg::sync()));
    CHECK(t.hear(words_row(1, "'a' 'b'") + plain_row(2) + pg::ready()));
    REQUIRE(t.has_ended(first));
    CHECK(kind_of(first.job->failure) == "none");
    CHECK(first.rows(0).rows == table{{"1", "'a' 'b'"}});
    CHECK(first.rows(1).rows == table{{"2"}});

    const auto second = both();
    const auto alone = support::read(plain);
    const auto third = support::read(words);
    for (const question* q : {&second, &alone, &third}) t.ask(*q);
    CHECK(pg::hex(t.said()) == pg::hex(bound("s1", {1, 0}) + bound("s2", {1}) + pg::sync() +
                                       bound("s2", {1}) + pg::sync() + bound("s1", {1, 0}) + pg::sync()));
    CHECK(t.hear(words_row(3, "'c'") + plain_row(4) + pg::ready() + plain_row(5) + pg::ready() +
                 words_row(6, "'d'") + pg::ready()));
    CHECK(second.rows(0).rows == table{{"3", "'c'"}});
    CHECK(second.rows(1).rows == table{{"4"}});
    CHECK(alone.rows().rows == table{{"5"}});
    CHECK(third.rows().rows == table{{"6", "'d'"}});
    CHECK(t->in_flight() == 0);
}

TEST_CASE(
    "a statement that is bound while another's columns are being found out is not read in that one's formats",
    "[postgres]") {
    talk t;
    const auto first = support::read(words);
    const auto other = support::read(plain);
    const auto same = support::read(words);
    for (const question* q : {&first, &other, &same}) t.ask(*q);
    static_cast<void>(t.said());
    CHECK(t.hear(described({}, {v, w}) + pg::bind_complete() + pg::data_row({pg::int8(1), "\1\2"}) +
                 pg::command_complete("SELECT 1") + pg::ready()));
    const std::string again = bound("s1", {1, 0}) + pg::sync();
    CHECK(pg::hex(t.said()) == pg::hex(again));
    CHECK(t.hear(described({}, {v}) + plain_row(2) + pg::ready() + pg::bind_complete() +
                 pg::data_row({pg::int8(3), "\1\2"}) + pg::command_complete("SELECT 1") + pg::ready()));
    REQUIRE(t.has_ended(other));
    CHECK(other.rows().rows == table{{"2"}});
    CHECK(pg::hex(t.said()) == pg::hex(again));
    CHECK(t.hear(words_row(1, "'a'") + pg::ready() + words_row(3, "'c'") + pg::ready()));
    CHECK(first.rows().rows == table{{"1", "'a'"}});
    CHECK(same.rows().rows == table{{"3", "'c'"}});
}
