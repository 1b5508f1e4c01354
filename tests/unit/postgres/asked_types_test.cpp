// What a bulk statement asks before its rows where its text does not tell their types.
#include "numbers.hpp"
#include "postgres/control.hpp"
#include "support/catch.hpp"
#include "wire.hpp"
#include <memory>
#include <optional>
#include <string>
#include <utility>

using namespace wire;
using hawser::postgres::known_types;
using support::contains_text;

namespace {

constexpr std::uint32_t side = 50'001;
constexpr std::uint32_t side_array = 50'002;

struct words final : hawser::row_source {
    [[nodiscard]] std::size_t size() const override { return 2; }
    void encode(std::size_t index, hawser::parameters& to) const override {
        to.integer(static_cast<std::int64_t>(index));
        to.text(index == 0 ? "buy" : "sell");
    }
    void assigned(std::size_t, std::int64_t) override {}
};

const known_statement inserted(R"(insert into "t" ("v", "s") select _r._1, _r._2 from unnest($1::bigint[], )"
                               R"($2::app.side[]) with ordinality as _r(_1, _2, _n) order by _r._n)");
const std::string asked = R"(insert into "t" ("v", "s") select $1, $2)";
const std::string typed = R"(insert into "t" ("v", "s") select _r._1, _r._2 from unnest($1::bigint[], )"
                          R"($2) with ordinality as _r(_1, _2, _n) order by _r._n)";

question inserting(words& rows) {
    question q(hawser::engine::batch_mode::atomic);
    auto& r = q.job->batch.requests.emplace_back();
    r.what = &inserted.what;
    r.bulk = &rows;
    return q;
}

std::string list_header(std::uint32_t element, std::int32_t count) {
    return pg::int4(1) + pg::int4(0) + pg::int4(static_cast<std::int32_t>(element)) + pg::int4(count) +
           pg::int4(1);
}
std::string listed(std::string_view item) {
    return pg::int4(static_cast<std::int32_t>(item.size())) + std::string(item);
}

// An enum, as the server answers the query of types.
std::string side_row() {
    const auto number = [](std::uint32_t v) { return pg::int4(static_cast<std::int32_t>(v)); };
    const std::string none = pg::int4(0) + pg::int4(0);
    return pg::data_row({number(side), "app", "side", "e", ",", number(0), number(side_array),
                         none + number(19), none + number(26)});
}

// That the types are asked for, and which.
void check_asked(talk& t, const question& q) {
    t.ask(q);
    CHECK_THAT(t.said(), contains_text(pg::parse("", asked, {}) + pg::describe('S', "") + pg::sync()));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                 described({int8, side}, {}) + pg::ready('T')));
}
void check_sent(talk& t, const question& q) {
    const std::string sent = t.said();
    CHECK_THAT(sent, contains_text(typed));
    CHECK_THAT(sent,
               contains_text(pg::int2(2) + pg::int4(1016) + pg::int4(static_cast<std::int32_t>(side_array))));
    CHECK_THAT(sent, contains_text(list_header(side, 2) + listed("buy") + listed("sell")));
    CHECK(t.hear(described({1016, side_array}, {}) + pg::bind_complete() +
                 pg::command_complete("INSERT 0 2") + described({}, {}) + pg::bind_complete() +
                 pg::command_complete("COMMIT") + pg::ready('I')));
    REQUIRE(t.has_ended(q));
    CHECK(talk::kind_of(q) == std::string("none"));
}

} // namespace

TEST_CASE("a database's own type is asked for once, whatever connection needs it", "[postgres][types]") {
    const auto known = std::make_shared<known_types>();
    words rows;
    const question first = inserting(rows);
    talk one(known);
    check_asked(one, first);
    const std::string query = one.said();
    CHECK_THAT(query,
               contains_text(pg::parse(
                   "s3", hawser::postgres::types_statement().text(hawser::dialect::postgres), {1016})));
    CHECK_THAT(query, contains_text(list_header(int8, 1) + listed(pg::int8(side))));
    const std::vector<pg::column> columns{{"oid", 26},   {"nspname", 19},  {"typname", 19},
                                          {"case", 18},  {"typdelim", 18}, {"part", 26},
                                          {"array", 26}, {"names", 1003},  {"types", 1028}};
    CHECK(one.hear(described({1016}, columns) + pg::bind_complete() + side_row() +
                   pg::command_complete("SELECT 1") + pg::ready('T')));
    check_sent(one, first);

    const question second = inserting(rows);
    talk two(known);
    check_asked(two, second);
    check_sent(two, second);

    const question third = inserting(rows); // prepared
    two.ask(third);
    const std::string hot = two.said();
    CHECK_THAT(hot, contains_text(list_header(side, 2)));
    CHECK(hot.find("insert") == std::string::npos);
    CHECK(two.hear(pg::bind_complete() + pg::command_complete("INSERT 0 2") + pg::ready('I')));
    CHECK(two.has_ended(third));
}

TEST_CASE(
    "a bulk statement whose COMMIT is done while the next one's transaction is open is not told rolled back",
    "[postgres][types]") {
    const auto known = std::make_shared<known_types>();
    const std::string row = side_row().substr(5);
    const std::vector<std::string_view> rows_of_catalog{row};
    REQUIRE(known->learn(rows_of_catalog));
    const known_statement another(
        R"(insert into "u" ("v", "s") select _r._1, _r._2 from unnest($1::bigint[], )"
        R"($2::app.side[]) with ordinality as _r(_1, _2, _n) order by _r._n)");
    words rows;
    talk t(known);
    const question first = inserting(rows);
    question second = inserting(rows);
    second.last().what = &another.what;
    question isolated = support::write("insert into w values ($1)", 1);
    isolated.job->modes.isolation = hawser::isolation::serializable;
    for (const question* q : {&first, &std::as_const(second), &std::as_const(isolated)}) t.ask(*q);
    static_cast<void>(t.said());
    const std::string begun = pg::bind_complete() + pg::command_complete("BEGIN");
    const std::string committed = pg::bind_complete() + pg::command_complete("COMMIT") + pg::ready('I');
    const std::string inserted_both =
        described({1016, side_array}, {}) + pg::bind_complete() + pg::command_complete("INSERT 0 2");
    CHECK(t.hear(described({}, {}) + begun + described({int8, side}, {}) + pg::ready('T')));
    CHECK_THAT(t.said(), contains_text(R"(insert into "u" ("v", "s") select $1, $2)"));
    CHECK(t.hear(inserted_both + described({}, {}) + committed));
    CHECK(t.hear(begun + described({int8, side}, {}) + pg::ready('T')));
    const std::string said = t.said();
    REQUIRE(said.find("rollback") != std::string::npos);
    CHECK(said.find("rollback") == said.rfind("rollback")); // one, behind the batch of an isolation
    CHECK_THAT(said, contains_text("begin isolation level serializable"));
    REQUIRE(t.has_ended(first));
    CHECK(talk::kind_of(first) == std::string("none"));
    CHECK(t.hear(inserted_both + committed));
    REQUIRE(t.has_ended(second));
    CHECK(talk::kind_of(second) == std::string("none"));
}

TEST_CASE("a batch that asks for its isolation behind a bulk statement of a session gets it",
          "[postgres][types]") {
    const auto known = std::make_shared<known_types>();
    const std::string row = side_row().substr(5);
    const std::vector<std::string_view> rows_of_catalog{row};
    REQUIRE(known->learn(rows_of_catalog));
    words rows;
    talk t(known);
    t->lend(true);
    const question bulk = inserting(rows);
    question isolated = support::write("insert into w values ($1)", 1);
    isolated.job->modes.isolation = hawser::isolation::serializable;
    t.ask(bulk);
    t.ask(isolated);
    static_cast<void>(t.said());
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                 described({int8, side}, {}) + pg::ready('T')));
    CHECK(t.said().find("serializable") == std::string::npos);
    CHECK(t.hear(described({1016, side_array}, {}) + pg::bind_complete() +
                 pg::command_complete("INSERT 0 2") + described({}, {}) + pg::bind_complete() +
                 pg::command_complete("COMMIT") + pg::ready('I')));
    REQUIRE(t.has_ended(bulk));
    t->feed();
    CHECK_THAT(t.said(), contains_text("begin isolation level serializable"));
}

TEST_CASE("a stale row is asked for though a bulk statement has opened its transaction meanwhile",
          "[postgres][types]") {
    const auto known = std::make_shared<known_types>();
    const std::string row = side_row().substr(5);
    const std::vector<std::string_view> rows_of_catalog{row};
    REQUIRE(known->learn(rows_of_catalog));
    const known_statement probe("select 1 from t where id = $1", true);
    words rows;
    talk t(known);
    const question update = checked_update(probe);
    const question bulk = inserting(rows);
    t.ask(update);
    t.ask(bulk);
    static_cast<void>(t.said());
    CHECK(t.hear(no_row_updated()));
    CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                 described({int8, side}, {}) + pg::ready('T')));
    CHECK_THAT(t.said(), contains_text(probe.what.text(hawser::dialect::postgres).data()));
    CHECK(!t.has_ended(update));
}

TEST_CASE(
    "what was answered while a bulk statement asks for types is done, though the connection is lost then",
    "[postgres][types]") {
    const bool within_transaction = GENERATE(false, true);
    words rows;
    talk t;
    const question write = support::write("insert into w values ($1)", 1);
    const question bulk = inserting(rows);
    t.ask(write);
    t.ask(bulk);
    static_cast<void>(t.said());
    CHECK(t.hear(first_done("INSERT 0 1", 'I', {int8})));
    if (within_transaction)
        CHECK(t.hear(described({}, {}) + pg::bind_complete() + pg::command_complete("BEGIN") +
                     described({int8, side}, {}) + pg::ready('T')));
    t->lose("it broke", t.written);
    REQUIRE(t.has_ended(write));
    CHECK(talk::kind_of(write) == std::string("none"));
    CHECK(write.job->batch.requests[0].rows_affected == 1);
    REQUIRE(t.has_ended(bulk));
    CHECK(talk::kind_of(bulk) == std::string("connection_lost"));
}

TEST_CASE("a bulk statement whose own type is gone asks once more, and then no more", "[postgres][types]") {
    const auto known = std::make_shared<known_types>();
    const std::string row = side_row().substr(5);
    const std::vector<std::string_view> rows_of_catalog{row};
    REQUIRE(known->learn(rows_of_catalog));
    words rows;
    talk t(known);
    const question first = inserting(rows);
    check_asked(t, first);
    check_sent(t, first);

    const question second = inserting(rows);
    t.ask(second);
    static_cast<void>(t.said());
    const std::string gone = pg::error("XX000", "cache lookup failed for type 50002");
    CHECK(t.hear(gone + pg::ready('I')));
    CHECK_FALSE(t.has_ended(second));
    CHECK_THAT(t.said(), contains_text(pg::parse("", asked, {})));
    CHECK(t.hear(pg::close_complete() + pg::bind_complete() + pg::command_complete("BEGIN") +
                 described({int8, side}, {}) + pg::ready('T')));
    CHECK_THAT(t.said(), contains_text(list_header(int8, 1) + listed(pg::int8(side)))); // though it is known
    CHECK(t.hear(gone + pg::ready('E')));
    CHECK_FALSE(t.has_ended(second));
    CHECK_THAT(t.said(), contains_text("rollback"));
    CHECK(t.hear(pg::ready('E') + described({}, {}) + pg::bind_complete() + pg::command_complete("ROLLBACK") +
                 pg::ready('I')));
    REQUIRE(t.has_ended(second));
    CHECK(talk::kind_of(second) != std::string("none"));
}
