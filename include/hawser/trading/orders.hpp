#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/order.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

// Lists begin with the order that was stored last and are never longer than `limit`.
class order_repository : public repository<order> {
public:
    using repository::repository;

    // Stores a new order as PENDING. Throws unique_violation where its order_id is known already.
    [[nodiscard]] task<void> create(order& row) const;
    // PENDING, OPEN or PARTIALLY_FILLED becomes FILLED or CANCELLED. False: no such order, or it has ended
    // before.
    [[nodiscard]] task<bool> fill(std::int64_t id) const;
    [[nodiscard]] task<bool> cancel(std::int64_t id) const;

    [[nodiscard]] task<std::optional<order>> by_order_id(std::string order_id) const;
    [[nodiscard]] task<std::vector<order>> by_user(std::int64_t user_id, std::int64_t limit = 100) const;
    [[nodiscard]] task<std::vector<order>> by_symbol(std::string symbol, std::int64_t limit = 100) const;
    [[nodiscard]] task<std::vector<order>> by_status(order_status status, std::int64_t limit = 100) const;

private:
    task<bool> end(std::int64_t id, order_status how) const;
};

} // namespace hawser::trading
