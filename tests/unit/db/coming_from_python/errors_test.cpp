// docs/coming_from_python.md: exceptions.
#include "unit/db/on_each_market.hpp"

using namespace market;
using hawser::errc;

namespace {

// [catch]
task<std::string> store(hawser::database db, position p) {
    hawser::repository<position> positions{db};
    try {
        co_await positions.insert(p);
        co_return "stored";
    } catch (const hawser::validation_error& e) {
        co_return e.violations()[0].field + ' ' + e.violations()[0].message;
    } catch (const hawser::constraint_error& e) {
        if (e.violates<&position::symbol>()) co_return "symbol is taken";
        throw;
    }
}

// co_await may not stand in a catch block: where the answer is another call, take the failure as a value.
task<position> store_or_load(hawser::database db, position p) {
    hawser::repository<position> positions{db};
    const hawser::outcome<void> tried = co_await hawser::as_result(positions.insert(p));
    if (tried.has_error() && tried.error().kind() == errc::unique_violation)
        co_return co_await positions.where(col<&position::symbol> == p.symbol).one();
    tried.value(); // throws any other failure
    co_return p;
}
// [/catch]

} // namespace

TEST_CASE("exceptions of SQLAlchemy and asyncpg have their kinds", "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        const position p = make_position("BTC", 1), again = make_position("BTC", 2),
                       empty = make_position("");
        const auto first = co_await store(db, p);
        CHECK(first == "stored");
        const auto second = co_await store(db, again);
        CHECK(second == "symbol is taken");
        const auto third = co_await store(db, empty);
        CHECK(third == "symbol must not be empty");
        const position there = co_await store_or_load(db, again);
        CHECK(there.quantity == 1);
        const auto wrong = co_await error_of(store_or_load(db, empty));
        CHECK(wrong.kind() == errc::validation_failed);
    });
}

TEST_CASE("StaleDataError is stale_object, NoResultFound is not_found, MultipleResultsFound is too_many_rows",
          "[db][docs]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        position p = make_position("BTC"), q = make_position("ETH");
        co_await positions.insert(p);
        co_await positions.insert(q);
        position mine = p;
        co_await positions.update(p);
        CHECK_THROWS_AS(hawser::run(positions.update(mine)), hawser::stale_object);
        CHECK_THROWS_AS(hawser::run(positions.get(77)), hawser::not_found);
        const auto many = co_await error_of(positions.one());
        CHECK(many.kind() == errc::too_many_rows);
    });
}
