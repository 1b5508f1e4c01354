#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/trade.hpp>
#include <string>
#include <vector>

namespace hawser::trading {

// Lists begin with the latest execution and are never longer than `limit`.
class trade_repository : public repository<trade> {
public:
    using repository::repository;

    // Of the last days, by the database's clock.
    [[nodiscard]] task<std::vector<trade>> recent(std::int64_t limit = 100, unsigned days = 7) const;
    [[nodiscard]] task<std::vector<trade>> by_symbol(std::string symbol, std::int64_t limit = 100) const;
    [[nodiscard]] task<std::vector<trade>> by_status(trade_status status, std::int64_t limit = 100) const;
    [[nodiscard]] task<std::vector<trade>> by_user(std::int64_t user_id, std::int64_t limit = 100) const;
    [[nodiscard]] task<std::vector<trade>> by_position(std::int64_t position_id,
                                                       std::int64_t limit = 100) const;
};

} // namespace hawser::trading
