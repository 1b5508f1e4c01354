#include <hawser/trading/portfolios.hpp>

namespace hawser::trading {

task<std::optional<portfolio>> portfolio_repository::latest() const {
    return order_by(desc<&portfolio::at>, desc<&portfolio::id>).first();
}

task<std::vector<portfolio>> portfolio_repository::history(unsigned days) const {
    return where(col<&portfolio::at> >= on_.now() - std::chrono::days(days))
        .order_by(asc<&portfolio::at>, asc<&portfolio::id>)
        .all();
}

} // namespace hawser::trading
