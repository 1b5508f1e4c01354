#include <hawser/trading/trades.hpp>

namespace hawser::trading {
namespace {

auto latest_of(const auto& query, std::int64_t limit) {
    return query.order_by(desc<&trade::executed_at>, desc<&trade::id>).limit(limit).all();
}

} // namespace

task<std::vector<trade>> trade_repository::recent(std::int64_t limit, unsigned days) const {
    return latest_of(where(col<&trade::executed_at> >= on_.now() - std::chrono::days(days)), limit);
}

task<std::vector<trade>> trade_repository::by_symbol(std::string symbol, std::int64_t limit) const {
    return latest_of(where(col<&trade::symbol> == std::move(symbol)), limit);
}

task<std::vector<trade>> trade_repository::by_status(trade_status status, std::int64_t limit) const {
    return latest_of(where(col<&trade::status> == status), limit);
}

task<std::vector<trade>> trade_repository::by_user(std::int64_t user_id, std::int64_t limit) const {
    return latest_of(where(col<&trade::user_id> == user_id), limit);
}

task<std::vector<trade>> trade_repository::by_position(std::int64_t position_id, std::int64_t limit) const {
    return latest_of(where(col<&trade::position_id> == position_id), limit);
}

} // namespace hawser::trading
