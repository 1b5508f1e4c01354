// Decimals of more than 18 digits in expressions, on SQLite as in memory.
#include "on_each_market.hpp"
#include <hawser/mapping/evaluate.hpp>

using hawser::col;
using hawser::decimal;
using hawser::errc;
using hawser::multiply_rounded;
using hawser::task;
using market::error_of;

namespace {

struct ledger {
    std::int64_t id{};
    decimal<20, 2> amount;
    decimal<30, 0> whole;
    decimal<18, 2> small;
    decimal<38, 30> rate;
};
BOOST_DESCRIBE_STRUCT(ledger, (), (id, amount, whole, small, rate))
consteval auto hawser_table(hawser::of<ledger>) {
    return hawser::table<ledger>("ledgers", hawser::primary_key<&ledger::id>.generated());
}

template <class Body>
void on_ledgers(Body body) {
    market::on_each_with<ledger>(
        support::each_engine(support::place::memory),
        [&](hawser::database db) -> task<> { co_await body(hawser::repository<ledger>{db}); });
}
template <class E>
hawser::errc kind_in_memory(const E& e, const ledger& row) {
    try {
        (void)hawser::detail::evaluate(e, row);
    } catch (const hawser::error& failure) { return failure.kind(); }
    throw std::logic_error("expected an error");
}

} // namespace

TEST_CASE("a mean of decimals is not rounded to their scale", "[db][types]") {
    on_ledgers([](hawser::repository<ledger> ledgers) -> task<> {
        std::vector<ledger> rows(2);
        rows[0].whole = 1;
        rows[1].whole = 2;
        rows[0].small = decimal<18, 2>::parse("0.10");
        rows[1].small = decimal<18, 2>::parse("0.10");
        co_await ledgers.bulk_insert(rows);
        const std::optional<double> whole = co_await ledgers.avg<&ledger::whole>();
        CHECK(whole == 1.5);
        const std::optional<double> small = co_await ledgers.avg<&ledger::small>();
        CHECK(small == 0.1);
        const auto none = co_await ledgers.where(col<&ledger::id> > 2).avg<&ledger::whole>();
        CHECK_FALSE(none.has_value());
    });
}

TEST_CASE("what has more digits than its wide type is out of range", "[db][types]") {
    on_ledgers([](hawser::repository<ledger> ledgers) -> task<> {
        ledger row;
        row.amount = decimal<20, 2>::max();
        co_await ledgers.insert(row);
        const auto one = decimal<20, 2>::parse("1.00");
        const auto sum = col<&ledger::amount> + one;
        const auto difference = decimal<20, 2>(-1) - col<&ledger::amount>;
        const auto product = col<&ledger::amount> * 2;
        const auto rounded = multiply_rounded<decimal<20, 2>>(col<&ledger::amount>, decimal<2, 1>(2));
        const auto of_sum = co_await error_of(ledgers.select<decimal<20, 2>>(sum).all());
        CHECK(of_sum.kind() == errc::out_of_range);
        const auto of_difference = co_await error_of(ledgers.where(difference < 0).count());
        CHECK(of_difference.kind() == errc::out_of_range);
        const auto of_product = co_await error_of(ledgers.update(1, hawser::set<&ledger::amount>(product)));
        CHECK(of_product.kind() == errc::out_of_range);
        const auto of_rounded = co_await error_of(ledgers.select<decimal<20, 2>>(rounded).all());
        CHECK(of_rounded.kind() == errc::out_of_range);
        CHECK(kind_in_memory(sum, row) == errc::out_of_range);
        CHECK(kind_in_memory(difference, row) == errc::out_of_range);
        CHECK(kind_in_memory(product, row) == errc::out_of_range);
        CHECK(kind_in_memory(rounded, row) == errc::out_of_range);

        const auto less = co_await ledgers.select<decimal<20, 2>>(col<&ledger::amount> - one).all();
        CHECK(less == std::vector{decimal<20, 2>::max() - 1});
        const auto negative = co_await ledgers.where(-col<&ledger::amount> == decimal<20, 2>::min()).count();
        CHECK(negative == 1);
    });
}

TEST_CASE("a product may lose as many digits as two scales have", "[db][types]") {
    on_ledgers([](hawser::repository<ledger> ledgers) -> task<> {
        ledger row;
        row.rate = decimal<38, 30>::parse("-2.5");
        co_await ledgers.insert(row);
        const auto square = multiply_rounded<decimal<38, 0>>(col<&ledger::rate>, col<&ledger::rate>);
        const auto of_row = co_await ledgers.select<decimal<38, 0>>(square).all();
        CHECK(of_row == std::vector{decimal<38, 0>(6)});
        const auto half = multiply_rounded<decimal<38, 0>>(col<&ledger::rate>, decimal<38, 30>::parse("1.8"));
        const auto away = co_await ledgers.select<decimal<38, 0>>(half).all();
        CHECK(away == std::vector{decimal<38, 0>(-5)}); // of -4.5
        CHECK(hawser::detail::evaluate(half, row) == decimal<38, 0>(-5));
    });
}
