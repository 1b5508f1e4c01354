#include "unit/db/fixture.hpp"
#include "unit/mapping/quantum_schema.hpp"
#include "unit/testing/fund.hpp"
#include <hawser/testing/clock.hpp>
#include <hawser/testing/fake_repository.hpp>
#include <hawser/testing/repository_like.hpp>
#include <hawser/testing/uuids.hpp>
#include <list>

namespace {

using hawser::errc;
using hawser::repository;
using hawser::testing::fake_repository;
using hawser::testing::fixed_clock;
using hawser::testing::repository_like;
using market::error_of;
using market::make_position;
using market::position;
using market::task;
using quantum::team;

// What a user has: a repository with queries of its own, over either.
template <class Base>
class long_positions : public Base {
public:
    using Base::Base;
    [[nodiscard]] auto open(hawser::decimal<18, 8> above) const {
        return this->where(market::col<&position::quantity> > above)
            .order_by(hawser::asc<&position::symbol>)
            .all();
    }
};
// And code that is given one.
template <repository_like<position> Positions>
task<std::size_t> close_all(const Positions& positions) {
    auto rows = co_await positions.open(0);
    for (position& p : rows) {
        p.quantity = 0;
        co_await positions.update(p);
    }
    co_return rows.size();
}

static_assert(repository_like<repository<position>, position>);
static_assert(repository_like<fake_repository<position>, position>);
static_assert(repository_like<long_positions<fake_repository<position>>, position>);
static_assert(!repository_like<repository<position>, market::trade>);
static_assert(!repository_like<hawser::database, position>);

template <class Body>
void run(Body body) {
    hawser::run(body());
}

// The message, kind and columns of the same failure, by an engine and without.
template <class Call>
task<> fails_alike(const repository<position>& real, const fake_repository<position>& fake,
                   const Call& call) {
    const hawser::error on_sqlite = co_await error_of(call(real));
    const hawser::error in_memory = co_await error_of(call(fake));
    CHECK(in_memory.kind() == on_sqlite.kind());
    CHECK(in_memory.id() == on_sqlite.id());
    CHECK(in_memory.info().constraint == on_sqlite.info().constraint);
    CHECK(in_memory.info().columns == on_sqlite.info().columns);
    CHECK(in_memory.info().table == on_sqlite.info().table);
    CHECK(in_memory.info().statement_name == on_sqlite.info().statement_name);
    CHECK(in_memory.violates<&position::symbol>() == on_sqlite.violates<&position::symbol>());
    const std::string message = on_sqlite.message();
    CHECK(in_memory.message() == message.substr(0, message.find(" (sqlite ")));
}

} // namespace

TEST_CASE("code that is a template on its repository runs on either", "[testing][fake]") {
    market::on_market([](hawser::database db) -> task<> {
        const long_positions<repository<position>> real{db};
        const long_positions<fake_repository<position>> fake;
        for (const int quantity : {3, -1, 5}) {
            position p = make_position("S" + std::to_string(quantity), quantity);
            co_await real.insert(p);
            co_await fake.insert(p);
        }
        const auto on_sqlite = co_await close_all(real);
        const auto in_memory = co_await close_all(fake);
        CHECK(on_sqlite == 2);
        CHECK(in_memory == 2);
        const auto left = co_await fake.open(0);
        CHECK(left.empty());
    });
}

TEST_CASE("failures of a fake read as those of the database", "[testing][fake]") {
    market::on_market([](hawser::database db) -> task<> {
        const repository<position> real{db};
        const fake_repository<position> fake;
        position btc = make_position("BTC"), eth = make_position("ETH");
        co_await real.insert(btc);
        co_await real.insert(eth);
        co_await fake.insert(btc);
        co_await fake.insert(eth);
        const auto insert = [](const auto& rows) -> task<> {
            position p = make_position("BTC");
            co_await rows.insert(p);
        };
        co_await fails_alike(real, fake, insert);
        const auto check = [](const auto& rows) {
            return rows.update(1, hawser::set<&position::quantity>(-2'000'000));
        };
        co_await fails_alike(real, fake, check);
        const auto invalid = [](const auto& rows) -> task<> {
            position p = make_position(std::string(33, 'x'));
            co_await rows.insert(p);
        };
        co_await fails_alike(real, fake, invalid);
        const auto stale = [](const auto& rows) -> task<> {
            position p = make_position("BTC");
            p.id = 1;
            p.row_version = 7;
            co_await rows.update(p);
        };
        co_await fails_alike(real, fake, stale);
        const auto missing = [](const auto& rows) { return rows.get(99); };
        co_await fails_alike(real, fake, missing);
        const auto several = [](const auto& rows) { return rows.one(); };
        co_await fails_alike(real, fake, several);
        const auto moved = [](const auto& rows) {
            return rows.where(market::col<&position::symbol> == "ETH")
                .update(hawser::set<&position::symbol>("BTC"));
        };
        co_await fails_alike(real, fake, moved);
    });
}

TEST_CASE("a fake's calls are lazy, and let others run first", "[testing][fake]") {
    boost::asio::io_context io;
    const fake_repository<position> fake;
    position p = make_position("BTC");
    { auto never_awaited = fake.insert(p); }
    std::string order;
    auto caller = [&]() -> task<> {
        order += "called ";
        co_await fake.insert(p);
        order += "done";
    };
    boost::asio::co_spawn(io, caller(), boost::asio::detached);
    boost::asio::post(io, [&] { order += "other "; });
    io.run();
    CHECK(order == "called other done");
    CHECK(p.id == 1);
}

TEST_CASE("copies of a fake share their rows", "[testing][fake]") {
    run([]() -> task<> {
        const fake_repository<position> fake;
        const fake_repository<position> copy = fake;
        const fake_repository<position> another;
        position p = make_position("BTC");
        co_await fake.insert(p);
        const auto there = co_await copy.count();
        const auto elsewhere = co_await another.count();
        CHECK(there == 1);
        CHECK(elsewhere == 0);
    });
}

TEST_CASE("a fake stamps rows with its clock and with who writes", "[testing][fake]") {
    run([]() -> task<> {
        fixed_clock clock;
        const fake_repository<team> teams{{.clock = &clock, .actor = "anna"}};
        team t;
        t.name = "a";
        co_await teams.insert(t);
        CHECK(t.created_at == hawser::testing::noon);
        CHECK(t.created_by == "anna");
        clock.advance(std::chrono::seconds(5));
        co_await teams.with({.actor = "otto", .reason = "because"})
            .update(t.id, hawser::set<&team::name>("b"));
        t = co_await teams.get(t.id);
        CHECK(t.created_by == "anna");
        CHECK(t.updated_by == "otto");
        CHECK(t.change_reason == "because");
        CHECK(t.updated_at == hawser::testing::noon + std::chrono::seconds(5));
        CHECK(t.row_version == 2);
    });
}

TEST_CASE("a fake's generators have its clock and its source of uuids, as those of a database",
          "[testing][fake]") {
    run([]() -> task<> {
        fixed_clock clock;
        hawser::testing::seeded_uuids for_database{7}, for_fake{7};
        hawser::database db =
            co_await hawser::open("sqlite::memory:", {.clock = &clock, .uuids = &for_database});
        co_await db.create_tables<fund::account, fund::transfer>();
        fund::account a = fund::make_account("a"), b = fund::make_account("b");
        const repository<fund::account> accounts{db};
        co_await accounts.insert(a);
        co_await accounts.insert(b);
        fund::transfer stored = fund::make_transfer(a, b, 3), kept = stored;
        co_await repository<fund::transfer>{db}.insert(stored);
        const fake_repository<fund::transfer> fake{{.clock = &clock, .uuids = &for_fake}};
        co_await fake.insert(kept);
        CHECK(kept.id == stored.id);
        CHECK(!kept.id.is_nil());
        co_await db.close();
    });
}

TEST_CASE("an atomic bulk call on a fake is undone whole, whatever ends it", "[testing][fake]") {
    run([]() -> task<> {
        const fake_repository<position> fake;
        std::vector<position> rows;
        for (int i = 0; i < 10; ++i) rows.push_back(make_position("S" + std::to_string(i)));
        std::string seen;
        const auto stop = [&](std::size_t done, std::size_t total) {
            seen += std::to_string(done) + "/" + std::to_string(total) + " ";
            if (done == 8) throw std::runtime_error("enough");
        };
        const hawser::bulk_options options{.chunk = 4, .progress = stop};
        bool thrown = false;
        try {
            co_await fake.bulk_insert(rows, options);
        } catch (const std::runtime_error&) { thrown = true; }
        CHECK(thrown);
        CHECK(seen == "4/10 8/10 ");
        const auto left = co_await fake.count();
        CHECK(left == 0);
    });
}

TEST_CASE("copy_in of a fake takes any range, and checks it chunk by chunk", "[testing][fake]") {
    market::on_market([](hawser::database db) -> task<> {
        std::list<position> rows;
        for (int i = 0; i < 9; ++i) rows.push_back(make_position(i == 6 ? "" : "S" + std::to_string(i)));
        const hawser::bulk_options options{.atomic = false, .chunk = 3};
        const auto outcome = [&](const auto& to) -> task<std::string> {
            const hawser::error e = co_await error_of(to.copy_in(rows, options));
            const auto count = co_await to.count();
            co_return std::to_string(e.info().resume_from.value_or(99)) + " " + e.message() + " " +
                std::to_string(count);
        };
        const repository<position> real{db};
        const fake_repository<position> fake;
        const std::string on_sqlite = co_await outcome(real);
        const std::string in_memory = co_await outcome(fake);
        CHECK(in_memory == on_sqlite);
        CHECK(in_memory.starts_with("6 "));
    });
}

TEST_CASE("a stream of a fake is of the moment of its first row", "[testing][fake]") {
    run([]() -> task<> {
        const fake_repository<position> fake;
        for (const char* symbol : {"A", "B", "C"}) {
            position p = make_position(symbol);
            co_await fake.insert(p);
        }
        auto rows = fake.order_by(hawser::desc<&position::id>).stream(2);
        std::string seen;
        while (const position* p = co_await rows.next()) {
            seen += p->symbol;
            co_await fake.erase(p->id);
        }
        CHECK(seen == "CBA");
        const auto left = co_await fake.count();
        CHECK(left == 0);
        auto batches = fake.stream(2);
        const auto none = co_await batches.next_batch();
        CHECK(none.empty());
    });
}

TEST_CASE("threads may share a fake", "[testing][fake][concurrency]") {
    const fake_repository<position> fake;
    const auto work = [&](int thread) {
        auto main = [&]() -> task<> {
            for (int i = 0; i < 50; ++i) {
                position p = make_position("S" + std::to_string(thread) + "-" + std::to_string(i));
                co_await fake.insert(p);
                co_await fake.update(p.id,
                                     hawser::set<&position::quantity>(market::col<&position::quantity> + 1));
            }
        };
        hawser::run(main());
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back(work, t);
    for (std::thread& t : threads) t.join();
    run([&]() -> task<> {
        const auto count = co_await fake.count();
        const auto sum = co_await fake.sum<&position::quantity>();
        CHECK(count == 200);
        CHECK(sum == 200);
    });
}
