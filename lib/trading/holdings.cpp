#include <hawser/core/error.hpp>
#include <hawser/db/outcome.hpp>
#include <hawser/trading/holdings.hpp>

namespace hawser::trading {
namespace {

auto is_of(std::int64_t user_id, std::string symbol) {
    return col<&holding::user_id> == user_id && col<&holding::symbol> == std::move(symbol);
}

// What was held and what is bought, together. Products of two prices with eight digits behind the point each
// have at most 36 digits.
price_t average(const holding& held, quantity_t bought, price_t price) {
    using wide = detail::int128;
    const wide quantity = static_cast<wide>(held.quantity.scaled()) + bought.scaled();
    if (quantity <= 0) return price;
    const wide cost = static_cast<wide>(held.quantity.scaled()) * held.average_price.scaled() +
                      static_cast<wide>(bought.scaled()) * price.scaled();
    const wide half = cost < 0 ? -quantity : quantity;
    return price_t::from_scaled(static_cast<price_t::rep>((2 * cost + half) / (2 * quantity)));
}

void apply(holding& to, quantity_t change, price_t price) {
    if (change > 0) to.average_price = average(to, change, price);
    to.quantity += change;
}

// False: somebody else has written meanwhile.
task<bool> store(const repository<holding>& holdings, holding& now, bool is_new) {
    if (is_new) {
        const auto inserted = co_await as_result(holdings.insert(now));
        if (!inserted && inserted.error().kind() == errc::unique_violation) co_return false;
        inserted.value();
        co_return true;
    }
    const auto updated = co_await as_result(holdings.update(now));
    if (!updated && updated.error().kind() == errc::stale_object) co_return false;
    co_return updated.value();
}

task<holding> adjust_until_stored(repository<holding> holdings, std::int64_t user_id, std::string symbol,
                                  quantity_t change, price_t price) {
    for (;;) {
        const std::optional<holding> before = co_await holdings.where(is_of(user_id, symbol)).first();
        holding now = before.value_or(holding{});
        now.user_id = user_id;
        now.symbol = symbol;
        if (!before) now.average_price = price;
        apply(now, change, price);
        const bool stored = co_await store(holdings, now, !before);
        if (stored) co_return now;
    }
}

} // namespace

task<std::vector<holding>> holding_repository::by_user(std::int64_t user_id) const {
    return where(col<&holding::user_id> == user_id).order_by(asc<&holding::symbol>).all();
}

task<std::optional<holding>> holding_repository::by_user_and_symbol(std::int64_t user_id,
                                                                    std::string symbol) const {
    return where(is_of(user_id, std::move(symbol))).first();
}

task<holding> holding_repository::adjust(std::int64_t user_id, std::string symbol, quantity_t change,
                                         price_t price) const {
    return adjust_until_stored(*this, user_id, std::move(symbol), change, price);
}

} // namespace hawser::trading
