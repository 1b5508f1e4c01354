// docs/coming_from_python.md: the operations of the five systems.
#include "fixture.hpp"
#include <hawser/db/unit_of_work.hpp>

using namespace pack;

TEST_CASE("the operations on users, trades and positions keep their names") {
    on_desk([](const desk&, const hawser::database& db) -> task<> {
        user alice = user_of("alice");
        position opened = position_of("BTC");
        opened.quantity = 2;
        opened.entry_price = 100;
        opened.stop_loss = 90;
        // [operations]
        hawser::trading::desk desk{db};
        co_await desk.users.insert(alice);
        auto who = co_await desk.users.by_username("alice");
        auto mail = co_await desk.users.by_email("alice@example.com");
        auto active = co_await desk.users.active();

        co_await desk.positions.open_position(opened);
        auto open = co_await desk.positions.open_positions();
        auto btc = co_await desk.positions.position_by_symbol("BTC");
        bool moved = co_await desk.positions.update_position("BTC", {.current_price = price_t(80)});
        auto hit = co_await desk.positions.triggered(80);
        bool closed = co_await desk.positions.close_position("BTC");

        auto recent = co_await desk.trades.recent(); // 100 of 7 days; recent(20, 1) asks for others
        auto mine = co_await desk.trades.by_user(alice.id);
        auto pending = co_await desk.trades.by_status(trade_status::pending);
        auto last = co_await desk.portfolios.latest();
        auto month = co_await desk.portfolios.history(30);
        auto best = co_await desk.strategies.top_performers(10);
        bool left = co_await desk.users.deactivate(alice.id);
        // [/operations]
        CHECK(who.has_value());
        CHECK(mail.has_value());
        CHECK(active.size() == 1);
        CHECK(open.size() == 1);
        CHECK(btc.has_value());
        CHECK(moved);
        CHECK(hit.size() == 1);
        CHECK(closed);
        CHECK((recent.empty() && mine.empty() && pending.empty() && month.empty() && best.empty()));
        CHECK_FALSE(last.has_value());
        CHECK(left);
    });
}

TEST_CASE("predictions, alerts and friction keep their names, too") {
    on_desk([](const desk& desk, const hawser::database& db) -> task<> {
        team home = team_of("Ajax", "Eredivisie"), away = team_of("PSV", "Eredivisie");
        co_await desk.teams.insert(home);
        co_await desk.teams.insert(away);
        friction between;
        between.home_id = home.id;
        between.away_id = away.id;
        ml_prediction p;
        p.model = "ridge";
        p.symbol = "BTC";
        p.prediction = 0.75;
        std::vector<ml_prediction> many{p, p};
        alert low;
        low.type = "risk.drawdown";
        low.severity = alert_severity::critical;
        low.message = "down 5 %";
        low.source = "risk";
        // [log]
        co_await desk.predictions.log_prediction(p);
        co_await desk.predictions.log_predictions(many);
        co_await desk.predictions.settle(p.id, 1.0);
        std::optional<double> score = co_await desk.predictions.brier("ridge");

        co_await desk.alerts.insert(low);
        auto unresolved = co_await desk.alerts.unresolved();
        bool resolved = co_await desk.alerts.resolve(low.id, "hedged");

        co_await desk.frictions.track(between);
        const auto found = co_await desk.frictions.get_friction(home.id, away.id); // with both teams
        // [/log]
        CHECK(score == 0.0625);
        CHECK(unresolved.size() == 1);
        CHECK(resolved);
        REQUIRE(found.has_value());
        CHECK(std::get<friction>(*found).id == between.id);
        CHECK(std::get<1>(*found).name == "Ajax");
        CHECK(std::get<2>(*found).name == "PSV");
        const auto n = co_await db.query_one<std::int64_t, "select count(*) from ml_predictions">();
        CHECK(n == 3);
    });
}

TEST_CASE("operations that are registered are stored together, with who did it and why") {
    on_desk([](const desk& desk, const hawser::database& db) -> task<> {
        position held = position_of("ETH");
        co_await desk.positions.open_position(held);
        order asked = order_of("client-7", "BTC", 1);
        trade done = trade_of("BTC", 100, 1);
        position opened = position_of("BTC");
        alert note;
        note.type = "fill";
        note.message = "filled";
        note.source = "engine";
        // [register]
        hawser::unit_of_work unit{db, {.actor = "engine-7", .reason = "fill 42"}};
        unit.insert(asked);
        const auto p = unit.insert(opened);
        unit.insert(done, hawser::bind<&trade::position_id>(p.id()));
        unit.insert(note);
        unit.update<position>(col<&position::symbol> == "ETH",
                              hawser::set<&position::stop_loss>(price_t(90)));
        co_await unit.commit(); // all or nothing, one hop to the writer
        // [/register]
        const order stored = co_await desk.orders.where(col<&order::order_id> == "client-7").one();
        CHECK(stored.created_by == "engine-7");
        const trade t = co_await desk.trades.one();
        CHECK(t.position_id == p.id().value());
    });
}
