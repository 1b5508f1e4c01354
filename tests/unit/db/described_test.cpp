#include "fixture.hpp"
#include "unit/mapping/desk_schema.hpp"
#include <hawser/mapping/fill_defaults.hpp>
#include <set>

using desk::account;
using desk::job;
using desk::label;
using desk::seat;
using desk::ticket;
using hawser::col;
using hawser::errc;
using hawser::task;
using market::error_of;

namespace {

template <class Body>
void on_desk(Body body) {
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite::memory:");
        co_await db.create_tables<account, job>();
        account a{"ib", 1, "main", "eu"};
        co_await hawser::repository<account>{db}.insert(a);
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}
job make_job(std::string venue) {
    job j;
    j.broker = "ib";
    j.account_number = 1;
    j.alias = "main";
    j.region = "eu";
    j.venue = std::move(venue);
    j.hot = false;
    return j;
}

struct noted {
    std::string code;
    std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(noted, (), (code, remark))

} // namespace

TEST_CASE("a renamed column is read and written through its member", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        hawser::repository<job> jobs{db};
        job j = make_job("a");
        j.note = "x";
        co_await jobs.insert(j);
        co_await jobs.update(j.code, hawser::set<&job::note>("y"));
        const job back = co_await jobs.where(col<&job::note> == "y").one();
        CHECK(back.code == j.code);
        const auto raw = co_await db.query<job, "select * from jobs">();
        REQUIRE(raw.size() == 1);
        CHECK(raw[0].note == "y");
        const auto other = co_await db.query<noted, "select code, remark from jobs">();
        CHECK(other.at(0).remark == "y");
        job same = make_job("b");
        same.note = "y";
        const auto e = co_await error_of(jobs.insert(same));
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.violates<&job::note>());
        CHECK(e.info().constraint == "jobs_remark_key");
    });
}

TEST_CASE("a generator makes what every form of insert is not given, and gives it back", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        hawser::repository<job> jobs{db};
        job given = make_job("given");
        given.code = "mine";
        given.rank = 1;
        co_await jobs.insert(given);
        CHECK(given.code == "mine");
        CHECK(given.rank == 1);

        job made = make_job("made");
        co_await jobs.insert(made);
        CHECK(made.code.starts_with("code-"));
        CHECK(made.rank == 7);
        const job back = co_await jobs.get(made.code);
        CHECK(back.venue == "made");

        job put = make_job("put");
        co_await jobs.upsert(put);
        const auto put_there = co_await jobs.find(put.code);
        CHECK(put_there.has_value());

        hawser::unit_of_work unit{db};
        const job registered = make_job("unit");
        const auto p = unit.insert(registered);
        const std::string code = p.row().code;
        CHECK(code.starts_with("code-"));
        const job put_by_unit = make_job("unit upsert");
        unit.upsert(put_by_unit);
        co_await unit.commit();
        const auto unit_there = co_await jobs.find(code);
        CHECK(unit_there.has_value());

        const std::vector<job> constant{make_job("bulk 1"), make_job("bulk 2")};
        co_await jobs.bulk_insert(constant);
        std::vector<job> filled{make_job("bulk 3"), make_job("bulk 4")};
        hawser::fill_defaults(filled);
        co_await jobs.bulk_insert(filled);
        const auto last = co_await jobs.find(filled[1].code);
        REQUIRE(last.has_value());
        CHECK(last->venue == "bulk 4");
        const auto codes =
            co_await db.query_one<std::int64_t, "select count(distinct code) from jobs where rank = 7">();
        CHECK(codes == 8);
    });
}

TEST_CASE("a constant default is for those who write past Hawser; a member's own value always travels",
          "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        co_await db
            .execute<"insert into jobs (code, broker, alias, region) values ('raw', 'ib', 'main', 'eu')">();
        hawser::repository<job> jobs{db};
        const job raw = co_await jobs.get("raw");
        CHECK(raw.venue == "X'NAS");
        CHECK(raw.lots == 1);
        CHECK(raw.hot);
        CHECK(raw.price == hawser::decimal<18, 2>(2));
        CHECK(raw.state == desk::state::open);
        CHECK(raw.seen > 1'700'000'000);
        CHECK_FALSE(raw.rank.has_value());
        job own = make_job("own");
        own.lots = 0;
        co_await jobs.insert(own);
        const job back = co_await jobs.get(own.code);
        CHECK(back.lots == 0);
        CHECK(back.price == hawser::decimal<18, 2>(0));
    });
}

TEST_CASE("references of several members and to other uniques hold, at once or at the end",
          "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        hawser::repository<job> jobs{db};
        job j = make_job("a");
        co_await jobs.insert(j);
        job lost = make_job("b");
        lost.account_number = 2;
        const auto e = co_await error_of(jobs.insert(lost));
        CHECK(e.kind() == errc::foreign_key_violation);
        lost = make_job("b");
        lost.region = "us";
        const auto late = co_await error_of(jobs.insert(lost));
        CHECK(late.kind() == errc::foreign_key_violation);

        auto body = [&](hawser::transaction& tx) -> task<> {
            hawser::repository<job> in{tx};
            hawser::repository<account> accounts{tx};
            job first = make_job("c");
            first.region = "us"; // not there yet
            first.account_number = 1;
            co_await in.insert(first);
            account us{"ib", 2, "main us", "us"};
            co_await accounts.insert(us);
            co_await in.update(first.code, hawser::set<&job::alias>("main us"));
        };
        co_await db.transaction(body);
        const auto there = co_await jobs.where(col<&job::region> == "us").count();
        CHECK(there == 1);
    });
}

TEST_CASE("a unique index of some rows is violated by its columns", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        hawser::repository<job> jobs{db};
        job cold = make_job("v"), hot = make_job("v"), second = make_job("v");
        hot.hot = second.hot = true;
        co_await jobs.insert(cold);
        co_await jobs.insert(hot);
        const auto e = co_await error_of(jobs.insert(second));
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.info().constraint == "jobs_hot_uq");
        CHECK(e.violates<&job::venue>());
    });
}

TEST_CASE("a unique index of all rows is the target of an upsert that makes its key", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        co_await db.create_tables<ticket>();
        hawser::repository<ticket> tickets{db};
        const auto how = hawser::on_conflict<&ticket::venue, &ticket::number>.update(
            hawser::set<&ticket::prints>(col<&ticket::prints> + hawser::excluded<&ticket::prints>));
        ticket first{.id = {}, .venue = "XNAS", .number = 1, .prints = 2};
        co_await tickets.upsert(first, how);
        CHECK(first.id.version() == 7);
        ticket again{.id = {}, .venue = "XNAS", .number = 1, .prints = 3};
        co_await tickets.upsert(again, how);
        CHECK(again.id == first.id);
        CHECK(again.prints == 5);
        hawser::unit_of_work unit{db};
        const ticket other{.id = {}, .venue = "XNAS", .number = 2, .prints = 1};
        unit.upsert(again, how);
        unit.upsert(other, how);
        const auto p = unit.insert(ticket{.id = {}, .venue = "XNAS", .number = 3, .prints = 1});
        CHECK(p.row().id.version() == 7);
        co_await unit.commit();
        const auto prints = co_await tickets.order_by(hawser::asc<&ticket::number>).pluck<&ticket::prints>();
        CHECK(prints == std::vector<std::int32_t>{10, 1, 1});
        const auto there = co_await tickets.find(p.row().id);
        CHECK(there.has_value());
    });
}

TEST_CASE("rows whose key is yet to be made do not meet in one bulk upsert", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        co_await db.create_tables<ticket>();
        hawser::repository<ticket> tickets{db};
        std::vector<ticket> rows(3);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i].number = static_cast<std::int64_t>(i);
        const auto counts = co_await tickets.bulk_upsert(rows);
        CHECK(counts == hawser::upsert_counts{3, 0});
        const auto ids = co_await tickets.pluck<&ticket::id>();
        CHECK(std::set<hawser::uuid>(ids.begin(), ids.end()).size() == 3);
    });
}

TEST_CASE("an upsert of a row that is all key leaves one row and gives it back", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        co_await db.create_tables<label>();
        hawser::repository<label> labels{db};
        label l{.text = "a"};
        co_await labels.upsert(l);
        co_await labels.upsert(l);
        const bool stored = co_await labels.upsert(l, hawser::on_conflict<&label::text>.update_all());
        CHECK(stored);
        const auto count = co_await labels.count();
        CHECK(count == 1);
    });
}

TEST_CASE("values that are set are checked by the rules of their members in every form of update",
          "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        hawser::repository<job> jobs{db};
        job j = make_job("a");
        co_await jobs.insert(j);
        const auto lots = hawser::set<&job::lots>(1001);
        const auto note = hawser::set<&job::note>("far too long");
        const auto refused = [](const hawser::error& e, std::size_t count) {
            CHECK(e.kind() == errc::validation_failed);
            const auto* v = dynamic_cast<const hawser::validation_error*>(&e);
            CHECK((v == nullptr || v->violations().size() == count));
        };
        refused(co_await error_of(jobs.update(j.code, lots, note)), 2);
        refused(co_await error_of(jobs.where(col<&job::code> == j.code).update(note)), 1);
        refused(co_await error_of(jobs.update(hawser::all_rows, lots)), 1);
        refused(co_await error_of(jobs.where(col<&job::hot> == false).returning().update(lots)), 1);
        refused(co_await error_of(jobs.upsert(j, hawser::on_conflict<&job::code>.update(lots))), 1);
        hawser::unit_of_work unit{db};
        unit.update<job>(col<&job::code> == j.code, lots);
        unit.upsert(j, hawser::on_conflict<&job::code>.update(note));
        std::vector<hawser::violation> found;
        try {
            co_await unit.commit();
        } catch (const hawser::validation_error& e) {
            found.assign(e.violations().begin(), e.violations().end());
        }
        REQUIRE(found.size() == 2);
        CHECK(found[0].row == 0);
        CHECK(found[0].field == "lots");
        CHECK(found[1].row == 1);
        CHECK(found[1].field == "note");
        const job kept = co_await jobs.get(j.code);
        CHECK(kept.lots == 1);
        CHECK_FALSE(kept.note.has_value());

        const bool nothing = co_await jobs.update(j.code, hawser::set<&job::note>(std::nullopt));
        CHECK(nothing);
        const bool computed = co_await jobs.update(j.code, hawser::set<&job::lots>(col<&job::lots> + 5000));
        CHECK(computed);
    });
}

TEST_CASE("a generated value is there when the rules of its member are checked", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        hawser::repository<job> jobs{db};
        std::vector<job> rows{make_job("a"), make_job("b")};
        co_await jobs.bulk_insert(rows);
        CHECK(rows[0].code.empty());
        const auto counts = co_await jobs.bulk_upsert(rows);
        CHECK(counts.inserted == 2);
        const auto copied = co_await jobs.copy_in(rows);
        CHECK(copied == 2);
        rows[1].lots = -1;
        std::vector<hawser::violation> found;
        try {
            co_await jobs.bulk_insert(rows);
        } catch (const hawser::validation_error& e) {
            found.assign(e.violations().begin(), e.violations().end());
        }
        REQUIRE(found.size() == 1);
        CHECK(found[0] == hawser::violation{"lots", "range", "must be from 0 to 1000", 1});
    });
}

TEST_CASE("each action on a reference does what it says", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        co_await db.create_tables<label, seat>();
        hawser::repository<label> labels{db};
        hawser::repository<seat> seats{db};
        std::vector<label> all;
        for (const char* text : {"nobody", "held", "sold", "kept", "swept"}) all.push_back({.text = text});
        co_await labels.bulk_insert(all);
        seat s{.id = 1, .held_by = "held", .sold_to = "sold", .kept_for = "kept", .swept_by = "swept"};
        co_await seats.insert(s);
        const auto renamed = [&](std::string_view from) {
            return db.execute<"update labels set text = text || '2' where text = $1">(from);
        };
        SECTION("where its row goes") {
            const auto e = co_await error_of(labels.erase("held"));
            CHECK(e.kind() == errc::foreign_key_violation);
            co_await labels.erase("sold");
            co_await labels.erase("kept");
            const seat there = co_await seats.get(1);
            CHECK(there.held_by == "held");
            CHECK_FALSE(there.sold_to.has_value());
            CHECK(there.kept_for == "nobody");
            co_await labels.erase("swept");
            const auto left = co_await seats.count();
            CHECK(left == 0);
        }
        SECTION("where its row gets another key") {
            const auto e = co_await error_of(renamed("held"));
            CHECK(e.kind() == errc::foreign_key_violation);
            co_await renamed("sold");
            co_await renamed("kept");
            co_await renamed("swept");
            const seat there = co_await seats.get(1);
            CHECK_FALSE(there.sold_to.has_value());
            CHECK(there.kept_for == "nobody");
            CHECK(there.swept_by == "swept2");
        }
    });
}

TEST_CASE("the planner uses indexes that descend or hold some rows", "[db][describe]") {
    on_desk([](hawser::database db) -> task<> {
        const auto plan = [&](std::string query) -> task<std::string> {
            const auto steps = co_await db.query(hawser::sql("explain query plan " + query));
            std::string text;
            for (std::size_t i = 0; i < steps.size(); ++i) text += steps[i][3].to_text() + '\n';
            co_return text;
        };
        const auto falling =
            co_await plan("select code from jobs where venue = 'a' order by changed_at desc");
        CHECK(falling.find("USING INDEX jobs_venue_changed_at_idx") != std::string::npos);
        CHECK(falling.find("TEMP B-TREE") == std::string::npos);
        const auto some = co_await plan("select code from jobs indexed by jobs_noted where remark > 'a'");
        CHECK(some.find("jobs_noted") != std::string::npos);
        const auto hot = co_await plan("select code from jobs where venue = 'a' and hot = 1");
        CHECK(hot.find("USING INDEX jobs_hot_uq") != std::string::npos);
    });
}
