// Every entity that is described within Hawser and its tests can be inserted as a factory makes it, into a database.
#include "support/catch.hpp"
#include "unit/db/market.hpp"
#include "unit/mapping/app_schema.hpp"
#include "unit/mapping/desk_schema.hpp"
#include "unit/mapping/quantum_schema.hpp"
#include "unit/testing/fund.hpp"
#include <hawser/testing/factory.hpp>
#include <hawser/trading.hpp>

namespace {

using hawser::task;
using hawser::testing::factory;

constexpr std::size_t some = 25;

// The rows that a factory has inserted are there. Gives their values of Key.
template <auto Key, class T>
auto kept(hawser::database db, factory<T> rows) -> task<std::vector<hawser::detail::value_of<Key>>> {
    INFO(hawser::detail::table_of<T>.name);
    const auto made = co_await rows.insert(db, some);
    const auto stored = co_await hawser::repository<T>{db}.count();
    CHECK(stored == static_cast<std::int64_t>(some));
    std::vector<hawser::detail::value_of<Key>> keys;
    for (const T& row : made) keys.push_back(row.*Key);
    co_return keys;
}
template <auto Key>
auto kept(hawser::database db) {
    using T = hawser::detail::owner_of<Key>;
    return kept<Key>(std::move(db), factory<T>{});
}

template <class... T>
void on_tables(auto body) {
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite::memory:");
        co_await db.create_tables<T...>();
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

} // namespace

TEST_CASE("a factory's rows of the trading pack can be inserted", "[testing][factory]") {
    using namespace hawser::trading;
    on_tables<user, user_profile, hawser::trading::order, position, hawser::trading::trade, portfolio,
              holding, trading_signal, market_bar, ml_prediction, alert, odds_quote, team, friction,
              strategy>([](hawser::database db) -> task<> {
        const auto users = co_await kept<&user::id>(db);
        co_await kept<&user_profile::id>(db, factory<user_profile>{}.with<&user_profile::user_id>(users));
        co_await kept<&hawser::trading::order::id>(
            db, factory<hawser::trading::order>{}.with<&hawser::trading::order::user_id>(users));
        const auto positions = co_await kept<&position::id>(db);
        co_await kept<&hawser::trading::trade::id>(
            db, factory<hawser::trading::trade>{}.with<&hawser::trading::trade::position_id>(positions));
        co_await kept<&portfolio::id>(db);
        co_await kept<&holding::id>(db, factory<holding>{}.with<&holding::user_id>(users));
        co_await kept<&trading_signal::id>(db);
        co_await kept<&market_bar::id>(db);
        co_await kept<&ml_prediction::id>(db);
        co_await kept<&alert::id>(db);
        co_await kept<&odds_quote::id>(db);
        const auto teams = co_await kept<&team::id>(db);
        std::vector<std::int64_t> away(teams.rbegin(), teams.rend());
        away[some / 2] = teams[0]; // nobody plays against themselves
        co_await kept<&friction::id>(
            db, factory<friction>{}.with<&friction::home_id>(teams).with<&friction::away_id>(away));
        co_await kept<&strategy::id>(db);
    });
}

TEST_CASE("a factory's rows of the tests' entities can be inserted", "[testing][factory]") {
    on_tables<market::position, market::trade, market::prediction, quantum::team, quantum::badge>(
        [](hawser::database db) -> task<> {
            const auto positions = co_await kept<&market::position::id>(db);
            co_await kept<&market::trade::id>(
                db, factory<market::trade>{}.with<&market::trade::position_id>(positions));
            co_await kept<&market::prediction::model>(db);
            co_await kept<&quantum::team::id>(db);
            co_await kept<&quantum::badge::code>(db);
        });
    on_tables<app::venue, app::account, app::sample, app::holding, app::membership, app::ticket>(
        [](hawser::database db) -> task<> {
            co_await kept<&app::venue::code>(db);
            const auto accounts = co_await kept<&app::account::id>(db);
            const auto emails = co_await hawser::repository<app::account>{db}.pluck<&app::account::email>();
            co_await kept<&app::sample::id>(db);
            co_await kept<&app::holding::symbol>(db, factory<app::holding>{}
                                                         .with<&app::holding::account_id>(accounts)
                                                         .with<&app::holding::owner_email>(emails));
            co_await kept<&app::membership::account_id>(db);
            co_await kept<&app::ticket::number>(db);
        });
    on_tables<desk::account, desk::job, desk::label, desk::ticket, desk::seat>([](hawser::database db)
                                                                                   -> task<> {
        co_await kept<&desk::account::alias>(db);
        hawser::repository<desk::account> accounts{db};
        const auto aliases =
            co_await accounts.order_by(hawser::asc<&desk::account::number>).pluck<&desk::account::alias>();
        const auto regions =
            co_await accounts.order_by(hawser::asc<&desk::account::number>).pluck<&desk::account::region>();
        co_await kept<&desk::job::code>(
            db, factory<desk::job>{}.with<&desk::job::alias>(aliases).with<&desk::job::region>(regions));
        co_await kept<&desk::label::text>(db);
        co_await kept<&desk::ticket::id>(db);
        co_await kept<&desk::seat::id>(db);
    });
    on_tables<fund::account, fund::transfer>([](hawser::database db) -> task<> {
        const auto accounts = co_await kept<&fund::account::id>(db);
        co_await kept<&fund::transfer::id>(
            db,
            factory<fund::transfer>{}.with<&fund::transfer::from_id>(accounts).with<&fund::transfer::to_id>(
                accounts[0]));
    });
}
