#include "fixture.hpp"

using namespace pack;

namespace {

using told = std::optional<std::string>;

template <class Row>
void require_audit(const Row& row, const told& created_by, const told& updated_by, const told& reason) {
    REQUIRE(row.created_by == created_by);
    REQUIRE(row.updated_by == updated_by);
    REQUIRE(row.change_reason == reason);
}

} // namespace

TEST_CASE("users, orders and positions say who wrote them and why") {
    on_desk([](const desk&, const hawser::database& db) -> task<> {
        const desk opener(db.with({.actor = "risk", .reason = "opened"}));
        const desk closer(db.with({.actor = "engine-7", .reason = "closed"}));
        user u = user_of("ada");
        user_profile shown;
        co_await opener.register_user(u, shown);
        co_await closer.users.deactivate(u.id);
        order o = order_of("A-1", "BTC", 1);
        co_await opener.orders.create(o);
        co_await closer.orders.cancel(o.id);
        position p = position_of("BTC");
        co_await opener.positions.open_position(p);
        co_await closer.positions.close_position("BTC");
        const user stored_user = co_await opener.users.get(u.id);
        const order stored_order = co_await opener.orders.get(o.id);
        const position stored_position = co_await opener.positions.get(p.id);
        require_audit(stored_user, "risk", "engine-7", "closed");
        require_audit(stored_order, "risk", "engine-7", "closed");
        require_audit(stored_position, "risk", "engine-7", "closed");
    });
}

TEST_CASE("a position's price has its author, whichever way it comes") {
    on_desk([](const desk& d, const hawser::database& db) -> task<> {
        // [actor]
        const desk feed(db.with({.actor = "feed", .reason = "tick"}));
        // [/actor]
        position p = position_of("BTC");
        co_await d.positions.open_position(p);
        require_audit(p, {}, {}, {});
        const position_patch patch{.current_price = price_t(2)};
        co_await feed.positions.update_position("BTC", patch);
        const position patched = co_await d.positions.get(p.id);
        require_audit(patched, {}, "feed", "tick");
        co_await d.positions.update_position("BTC", patch);
        const position untold = co_await d.positions.get(p.id);
        require_audit(untold, {}, {}, {});
        const std::vector<symbol_price> prices{{"BTC", 3}};
        co_await feed.positions.update_prices(prices);
        const position priced = co_await d.positions.get(p.id);
        require_audit(priced, {}, "feed", "tick");
    });
}

TEST_CASE("a fill has its author in order and position") {
    on_desk([](const desk& d, const hawser::database& db) -> task<> {
        const desk engine(db.with({.actor = "engine-7", .reason = "fill 42"}));
        position p = position_of("BTC");
        co_await d.positions.open_position(p);
        order o = order_of("A-1", "BTC", 1);
        trade t = trade_of("BTC", 100, 1);
        co_await engine.record_fill(o, t);
        const order stored = co_await d.orders.get(o.id);
        const position after = co_await d.positions.get(p.id);
        require_audit(o, "engine-7", "engine-7", "fill 42");
        require_audit(stored, "engine-7", "engine-7", "fill 42");
        require_audit(after, {}, "engine-7", "fill 42");
    });
}
