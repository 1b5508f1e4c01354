#include "trading/changed.hpp"
#include <hawser/trading/odds.hpp>

namespace hawser::trading {

task<void> odds_repository::track(odds_quote& row) const {
    constexpr auto same_quote =
        on_conflict<&odds_quote::match, &odds_quote::market, &odds_quote::bookmaker, &odds_quote::at>;
    return done(upsert(row, same_quote.update_all()));
}

task<std::vector<odds_quote>> odds_repository::by_match(std::string match) const {
    return where(col<&odds_quote::match> == std::move(match))
        .order_by(asc<&odds_quote::market>, asc<&odds_quote::bookmaker>, asc<&odds_quote::at>)
        .all();
}

} // namespace hawser::trading
