#include "trading/changed.hpp"
#include <hawser/trading/orders.hpp>

namespace hawser::trading {
namespace {

auto latest_of(const auto& query, std::int64_t limit) {
    return query.order_by(desc<&order::id>).limit(limit).all();
}

} // namespace

task<void> order_repository::create(order& row) const {
    row.status = order_status::pending;
    return insert(row);
}

task<bool> order_repository::end(std::int64_t id, order_status how) const {
    const auto alive = col<&order::status> == order_status::pending ||
                       col<&order::status> == order_status::open ||
                       col<&order::status> == order_status::partially_filled;
    return any_changed(where(col<&order::id> == id && alive).update(set<&order::status>(how)));
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

task<std::vector<order>> order_repository::by_user(std::int64_t user_id, std::int64_t limit) const {
    return latest_of(where(col<&order::user_id> == user_id), limit);
}

task<std::vector<order>> order_repository::by_symbol(std::string symbol, std::int64_t limit) const {
    return latest_of(where(col<&order::symbol> == std::move(symbol)), limit);
}

task<std::vector<order>> order_repository::by_status(order_status status, std::int64_t limit) const {
    return latest_of(where(col<&order::status> == status), limit);
}

} // namespace hawser::trading
