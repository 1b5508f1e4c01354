#pragma once
#include <hawser/db/repository.hpp>
#include <hawser/trading/portfolio.hpp>
#include <optional>
#include <vector>

namespace hawser::trading {

class portfolio_repository : public repository<portfolio> {
public:
    using repository::repository;

    // The last snapshot.
    [[nodiscard]] task<std::optional<portfolio>> latest() const;
    // Those of the last days by the database's clock, in their order of time.
    [[nodiscard]] task<std::vector<portfolio>> history(unsigned days = 30) const;
};

} // namespace hawser::trading
