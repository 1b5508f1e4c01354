#pragma once
#include <hawser/db/repository.hpp>
#include <hawser/trading/market_bar.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

// upsert and bulk_upsert find a bar by (venue, symbol, at): the same bar again changes its row.
class market_data_repository : public repository<market_bar> {
public:
    using repository::repository;

    // Bars that begin within [from, to), in their order of time: of one venue, or of all.
    [[nodiscard]] task<std::vector<market_bar>> range(std::string venue, std::string symbol, timestamp from,
                                                      timestamp to) const;
    [[nodiscard]] task<std::vector<market_bar>> range(std::string symbol, timestamp from, timestamp to) const;
    [[nodiscard]] task<std::optional<market_bar>> latest(std::string venue, std::string symbol) const;
};

} // namespace hawser::trading
