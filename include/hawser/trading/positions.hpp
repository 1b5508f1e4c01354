#pragma once
#include <hawser/db/repository.hpp>
#include <hawser/trading/position.hpp>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace hawser::trading {

// What update_position changes; what is empty stays.
struct position_patch {
    std::optional<price_t> current_price{};
    std::optional<price_t> entry_price{};
    std::optional<price_t> stop_loss{};
    std::optional<price_t> take_profit{};
};
static_assert(std::is_trivially_destructible_v<position_patch>);

// What a market pays for a symbol now.
struct symbol_price {
    std::string symbol;
    price_t price;
};

class position_repository : public repository<position> {
public:
    explicit position_repository(const executor_ref& on) : repository(on), db_(on) {}

    // Stores the position as OPEN: a new row, or the closed one of its symbol begun anew; key and version are
    // written back. Throws unique_violation where the symbol's position is open already. Many may try at
    // once: one succeeds.
    [[nodiscard]] task<void> open_position(position& row) const;
    // Those that are open, by symbol.
    [[nodiscard]] task<std::vector<position>> open_positions() const;
    // The open position of a symbol.
    [[nodiscard]] task<std::optional<position>> position_by_symbol(std::string symbol) const;
    // Changes the open position of a symbol in one statement; market_value and unrealized_pnl follow the
    // prices, rounded to four digits. False: none is open. Throws out_of_range where they have no place in
    // money_t.
    [[nodiscard]] task<bool> update_position(const std::string& symbol, const position_patch& patch) const;
    // The market's prices, all or none, in one call: each changes the open position of its symbol as
    // update_position does. Prices of what is not held change nothing. Number of positions that were changed.
    // The span is borrowed until the task completes.
    [[nodiscard]] task<std::int64_t> update_prices(std::span<const symbol_price> prices) const;
    // Open positions whose stop_loss or take_profit is hit at `price`, by symbol. What is held (quantity not
    // below 0) is stopped at or below stop_loss and taken at or above take_profit; what was sold short the
    // other way round.
    [[nodiscard]] task<std::vector<position>> triggered(price_t price) const;
    // Same, each at its own current_price.
    [[nodiscard]] task<std::vector<position>> triggered() const;
    // OPEN becomes CLOSED, with nothing held: quantity, market_value and unrealized_pnl are 0. False: none is
    // open.
    [[nodiscard]] task<bool> close_position(std::string symbol) const;

private:
    executor_ref db_;
};

} // namespace hawser::trading
