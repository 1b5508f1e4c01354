#include "fund.hpp"
#include "support/catch.hpp"
#include <hawser/testing.hpp>
#include <set>

using hawser::task;
namespace testing = hawser::testing;
using namespace std::chrono_literals;

TEST_CASE("seeded uuids are the same for the same seed, and others for another", "[testing]") {
    testing::seeded_uuids one(7), same(7), other(8);
    for (int i = 0; i < 3; ++i) {
        const hawser::uuid random = one.v4();
        const hawser::uuid ordered = one.v7(testing::noon);
        CHECK(random.version() == 4);
        CHECK(ordered.version() == 7);
        CHECK(random == same.v4());
        CHECK(ordered == same.v7(testing::noon));
        CHECK(random != other.v4());
        CHECK(ordered != other.v7(testing::noon));
    }
    CHECK(testing::seeded_uuids(1).v4().to_string() == "910a2dec-8902-4cc1-beeb-8da1658eec67");
}

TEST_CASE("seeded uuids of version 7 hold the clock's time and grow though it stands or goes back",
          "[testing]") {
    testing::seeded_uuids ids;
    const hawser::uuid first = ids.v7(testing::noon);
    CHECK(first.to_string().substr(0, 18) == "019ca945-0a00-7000");
    std::set<hawser::uuid> all{first};
    for (int i = 0; i < 5000; ++i) all.insert(ids.v7(testing::noon));
    const hawser::uuid back = ids.v7(testing::noon - 1h);
    CHECK(all.size() == 5001);
    CHECK(back > *all.rbegin());
    CHECK(ids.v7(testing::noon + 1h) > back);
}

namespace {

task<hawser::database> open_with(testing::fixed_clock& clock, testing::seeded_uuids& ids) {
    const hawser::open_options options{.clock = &clock, .uuids = &ids};
    hawser::database db = co_await hawser::open("sqlite::memory:", options);
    co_await db.create_tables<fund::account, fund::transfer>();
    co_return db;
}

} // namespace

TEST_CASE("every way to insert takes generated uuids from the database's source", "[testing]") {
    testing::fixed_clock clock;
    testing::seeded_uuids ids(3), foretold(3);
    auto main = [&]() -> task<> {
        const hawser::database db = co_await open_with(clock, ids);
        const hawser::repository<fund::account> accounts{db};
        const hawser::repository<fund::transfer> transfers{db};
        fund::account a = fund::make_account("a"), b = fund::make_account("b");
        co_await accounts.insert(a);
        co_await accounts.insert(b);
        const fund::transfer blank = fund::make_transfer(a, b, 1);

        fund::transfer single = blank;
        co_await transfers.insert(single);
        CHECK(single.id == foretold.v7(testing::noon));

        hawser::unit_of_work unit{db};
        const auto pending = unit.insert(blank);
        CHECK(pending.row().id == foretold.v7(testing::noon));
        co_await unit.commit();

        fund::transfer upserted = blank;
        co_await transfers.upsert(upserted);
        CHECK(upserted.id == foretold.v7(testing::noon));

        const std::vector<fund::transfer> two{blank, blank};
        const std::span<const fund::transfer> rows(two);
        clock.advance(1s);
        co_await transfers.bulk_insert(rows);
        const auto later = co_await transfers.order_by(hawser::asc<&fund::transfer::id>).offset(3).all();
        REQUIRE(later.size() == 2);
        CHECK(later[0].id == foretold.v7(testing::noon + 1s));
        CHECK(later[1].id == foretold.v7(testing::noon + 1s));
        co_await db.close();
    };
    hawser::run(main());
}

TEST_CASE("timestamps and deletion marks are the database's clock's", "[testing]") {
    testing::fixed_clock clock;
    testing::seeded_uuids ids;
    auto main = [&]() -> task<> {
        const hawser::database db = co_await open_with(clock, ids);
        const hawser::repository<fund::account> accounts{db};
        fund::account a = fund::make_account("a");
        co_await accounts.insert(a);
        CHECK(a.created_at == testing::noon);
        clock.advance(1min);
        const bool updated = co_await accounts.update(a);
        CHECK(updated);
        CHECK(a.created_at == testing::noon);
        CHECK(a.updated_at == testing::noon + 1min);
        clock.advance(1min);
        const bool erased = co_await accounts.erase(a.id);
        CHECK(erased);
        const auto all = co_await accounts.with_deleted().all();
        REQUIRE(all.size() == 1);
        CHECK(all[0].deleted_at == testing::noon + 2min);
        co_await db.close();
    };
    hawser::run(main());
}
