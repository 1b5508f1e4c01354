#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/holding.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

class holding_repository : public repository<holding> {
public:
    using repository::repository;

    // By symbol; what was sold out is there with quantity 0.
    [[nodiscard]] task<std::vector<holding>> by_user(std::int64_t user_id) const;
    [[nodiscard]] task<std::optional<holding>> by_user_and_symbol(std::int64_t user_id,
                                                                  std::string symbol) const;
    // Adds `change` (below 0: a sale) at `price`, and makes the holding where there is none. A purchase moves
    // average_price, rounded to eight digits; a sale leaves it. The holding as it is stored now.
    //
    // Any number may adjust one holding at once: each is applied, one after the other. Throws check_violation
    // where more is sold than held or the price is below 0, foreign_key_violation where there is no such user,
    // out_of_range where the sum has no place in quantity_t.
    [[nodiscard]] task<holding> adjust(std::int64_t user_id, std::string symbol, quantity_t change,
                                       price_t price) const;
};

} // namespace hawser::trading
