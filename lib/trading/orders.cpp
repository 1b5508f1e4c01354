#include <hawser/trading/orders.hpp>

namespace hawser::trading {

task<void> order_repository::create(order& row) const {
    row.status = order_status::pending;
    return insert(row);
}

task<bool> order_repository::end(std::int64_t id, order_status how) const {
    const auto alive = col<&order::status> == order_status::pending ||
                       col<&order::status> == order_status::open ||
                       col<&order::status> == order_status::partially_filled;
    auto ending = where(col<&order::id> == id && alive).update(set<&order::status>(how));
    return [](task<std::int64_t> changed) -> task<bool> {
        co_return co_await std::move(changed) > 0;
    }(std::move(ending));
}

task<bool> order_repository::fill(std::int64_t id) const {
    return end(id, order_status::filled);
}

task<bool> order_repository::cancel(std::int64_t id) const {
    return end(id, order_status::cancelled);
}

task<std::optional<order>> order_repository::by_order_id(std::string order_id) const {
    return where(col<&order::order_id> == std::move(order_id)).first();
}

} // namespace hawser::trading
