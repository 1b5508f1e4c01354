// The code of docs/guides/testing.md.
#include <hawser/hawser.hpp>
#include <hawser/testing.hpp>
#include <iostream>

using hawser::col;
using hawser::set;
using hawser::task;
namespace testing = hawser::testing;
using namespace std::chrono_literals;

// [entities]
struct wallet : hawser::timestamps {
    std::int64_t id{};
    std::string owner{};
    std::int64_t cents{};
};
BOOST_DESCRIBE_STRUCT(wallet, (hawser::timestamps), (id, owner, cents))
consteval auto hawser_table(hawser::of<wallet>) {
    return hawser::table<wallet>("wallets", hawser::primary_key<&wallet::id>.generated(),
                                 hawser::unique<&wallet::owner>,
                                 hawser::check("wallets_covered", col<&wallet::cents> >= 0));
}

struct payment {
    hawser::uuid id{};
    std::int64_t from_id{}, to_id{}, cents{};
};
BOOST_DESCRIBE_STRUCT(payment, (), (id, from_id, to_id, cents))
consteval auto hawser_table(hawser::of<payment>) {
    return hawser::table<payment>(
        "payments", hawser::primary_key<&payment::id>, hawser::default_<&payment::id>(hawser::uuid_v7),
        hawser::references<&payment::from_id, wallet>, hawser::references<&payment::to_id, wallet>);
}
// [/entities]

// [tested]
class wallets : public hawser::repository<wallet> {
public:
    using repository::repository;
    task<std::vector<wallet>> richest(std::int64_t n) const {
        return order_by(hawser::desc<&wallet::cents>, hawser::asc<&wallet::id>).limit(n).all();
    }
};

task<> pay(hawser::database db, payment p) {
    hawser::unit_of_work unit{db, {.name = "pay"}};
    unit.insert(p);
    unit.update<wallet>(col<&wallet::id> == p.from_id, set<&wallet::cents>(col<&wallet::cents> - p.cents));
    unit.update<wallet>(col<&wallet::id> == p.to_id, set<&wallet::cents>(col<&wallet::cents> + p.cents));
    co_await unit.commit();
}
// [/tested]

// [prepare]
task<> two_wallets(hawser::database db) {
    std::vector<wallet> rows(2);
    rows[0].owner = "ann";
    rows[0].cents = 100;
    rows[1].owner = "bob";
    co_await wallets{db}.bulk_insert(rows);
}
// [/prepare]

// [database]
task<> the_richest_come_first() {
    const hawser::database db = co_await testing::memory_database<wallet, payment>();
    co_await two_wallets(db);
    const auto first = co_await wallets{db}.richest(1);
    if (first.size() != 1 || first[0].owner != "ann") throw std::runtime_error("another is the richest");
    co_await db.close();
}
// [/database]

task<> statements() {
    // [recorder]
    testing::recorder seen; // lives longer than the database
    const hawser::database db = co_await testing::memory_database<wallet, payment>({.observer = &seen});
    co_await two_wallets(db);

    const auto watch = seen.scope();
    const auto rich = co_await wallets{db}.richest(10);
    watch.expect_queries(1);
    watch.expect_sql("select \"id\", \"owner\", \"cents\", \"created_at\", \"updated_at\" from \"wallets\""
                     " order by \"cents\" desc, \"id\" limit ?1");
    // [/recorder]
    // [n-plus-one]
    const auto loop = seen.scope();
    for (const wallet& w : rich) co_await wallets{db}.get(w.id);
    try {
        loop.expect_no_n_plus_one(1);
    } catch (const testing::failed_expectation& e) { std::cout << e.what() << '\n'; }
    // [/n-plus-one]
    co_await db.close();
}

task<> time_and_keys() {
    // [clock]
    testing::fixed_clock clock; // noon of 1 March 2026
    testing::seeded_uuids uuids;
    const hawser::database db =
        co_await testing::memory_database<wallet, payment>({.clock = &clock, .uuids = &uuids});
    co_await two_wallets(db);
    clock.advance(24h);
    payment p{.from_id = 1, .to_id = 2, .cents = 40};
    co_await hawser::repository<payment>{db}.insert(p);
    const wallet ann = co_await wallets{db}.get(1);
    std::cout << hawser::to_iso8601(ann.created_at) << ' ' << p.id << '\n'; // the same in every run
    // [/clock]
    co_await db.close();
}

task<> faults() {
    // [faults]
    testing::fault_plan plan; // lives longer than the database
    const hawser::database db = co_await testing::memory_database<wallet, payment>({.faults = &plan});
    co_await two_wallets(db);
    const payment p{.from_id = 1, .to_id = 2, .cents = 40};

    plan.at_statement(3).fail(hawser::errc::disk_full); // the third from now, and once
    const auto full = co_await hawser::as_result(pay(db, p));
    plan.at_commit().cut(testing::moment::after); // stored, and the answer is lost
    const auto lost = co_await hawser::as_result(pay(db, p));
    plan.expect_struck();
    const auto stored = co_await hawser::repository<payment>{db}.count();
    // [/faults]
    std::cout << hawser::to_string(full.error().kind()) << ", " << hawser::to_string(lost.error().kind())
              << ", stored " << stored << '\n';
    co_await db.close();
}

task<> holding() {
    testing::fault_plan plan;
    const hawser::database db = co_await testing::temporary_database<wallet, payment>({.faults = &plan});
    co_await two_wallets(db);
    // [hold]
    const auto held = plan.at_statement("wallets.update_where").hold();
    const payment p{.from_id = 1, .to_id = 2};
    const auto late = co_await hawser::as_result(pay(db.with({.timeout = 10ms}), p));
    // [/hold]
    std::cout << held.is_reached() << ' ' << hawser::to_string(late.error().kind()) << '\n';
    co_await db.close();
}

void suspensions() {
    // [suspension]
    const auto body = [](hawser::database db) -> task<> {
        const payment p{.from_id = 1, .to_id = 2, .cents = 40};
        co_await pay(db, p);
    };
    const auto check = [](hawser::database db, const testing::interruption& at) -> task<> {
        const auto paid = co_await hawser::repository<payment>{db}.count();
        const wallet ann = co_await wallets{db}.get(1);
        const wallet bob = co_await wallets{db}.get(2);
        const bool whole = ann.cents == 100 - 40 * paid && bob.cents == 40 * paid;
        const bool right = at.is_stored() ? paid == 1 : at.may_be_stored() ? paid <= 1 : paid == 0;
        if (!whole || !right) throw std::runtime_error("money was made or lost");
    };
    const auto report = testing::for_every_suspension<wallet, payment>(two_wallets, body, check);
    std::cout << report.steps.size() << " steps, " << report.runs << " runs\n";
    // [/suspension]

    // [careless]
    const auto careless = [](hawser::database db) -> task<> {
        wallet ann = co_await wallets{db}.get(1);
        ann.cents -= 40;
        co_await wallets{db}.update(ann);
        wallet bob = co_await wallets{db}.get(2);
        bob.cents += 40;
        co_await wallets{db}.update(bob);
    };
    const auto sum = [](hawser::database db, const testing::interruption&) -> task<> {
        const auto all = co_await wallets{db}.sum<&wallet::cents>();
        if (all != 100) throw std::runtime_error("money was made or lost");
    };
    try {
        testing::for_every_suspension<wallet, payment>(two_wallets, careless, sum);
    } catch (const testing::failed_expectation& e) { std::cout << e.what() << '\n'; }
    // [/careless]
}

int main() {
    // [run]
    hawser::run(the_richest_come_first());
    // [/run]
    hawser::run(statements());
    hawser::run(time_and_keys());
    hawser::run(faults());
    hawser::run(holding());
    suspensions();
}

// prints:
//   wallets.get was run 2 times, at most 1 were expected: one statement for each row; these were run:
//     1. wallets.get, 1 row: select "id", "owner", "cents", "created_at", "updated_at" from "wallets" where "id" = ?1
//     2. wallets.get, 1 row: select "id", "owner", "cents", "created_at", "updated_at" from "wallets" where "id" = ?1
//   2026-03-01T12:00:00.000000Z 019cae6b-6600-7000-910a-2dec89025cc1
//   disk_full, commit_unknown, stored 1
//   1 statement_timeout
//   3 steps, 29 runs
//   step 3 (wallets.get), refused with disk_full; the body ended with disk_full: fault plan: step 3 (wallets.get) is refused: disk_full [hawser:27]
//     money was made or lost
