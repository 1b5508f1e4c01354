#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/strategy.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

// Lists begin with the highest score; of equal ones, with the one that was stored last.
class strategy_repository : public repository<strategy> {
public:
    using repository::repository;

    [[nodiscard]] task<std::optional<strategy>> by_name(std::string name) const;
    [[nodiscard]] task<std::vector<strategy>> by_status(strategy_status status,
                                                        std::int64_t limit = 100) const;
    // Of those that are active.
    [[nodiscard]] task<std::vector<strategy>> top_performers(std::int64_t limit = 10) const;
};

} // namespace hawser::trading
