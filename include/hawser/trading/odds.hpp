#pragma once
#include <hawser/db/repository.hpp>
#include <hawser/trading/odds_quote.hpp>
#include <string>
#include <vector>

namespace hawser::trading {

class odds_repository : public repository<odds_quote> {
public:
    using repository::repository;

    // Keeps a quote as of its time; the same bookmaker's quote of the same time is replaced. The row is written
    // back as it is stored. For many at once: bulk_upsert.
    [[nodiscard]] task<void> track(odds_quote& row) const;
    // By market, bookmaker and time: how each price moved.
    [[nodiscard]] task<std::vector<odds_quote>> by_match(std::string match) const;
};

} // namespace hawser::trading
