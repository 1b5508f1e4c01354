#include <hawser/trading/strategies.hpp>

namespace hawser::trading {
namespace {

auto best_of(const auto& query, std::int64_t limit) {
    return query.order_by(desc<&strategy::score>, desc<&strategy::id>).limit(limit).all();
}

} // namespace

task<std::optional<strategy>> strategy_repository::by_name(std::string name) const {
    return where(col<&strategy::name> == std::move(name)).first();
}

task<std::vector<strategy>> strategy_repository::by_status(strategy_status status, std::int64_t limit) const {
    return best_of(where(col<&strategy::status> == status), limit);
}

task<std::vector<strategy>> strategy_repository::top_performers(std::int64_t limit) const {
    return best_of(where(col<&strategy::active> == true), limit);
}

} // namespace hawser::trading
