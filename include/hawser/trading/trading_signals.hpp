#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/trading_signal.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

class trading_signal_repository : public repository<trading_signal> {
public:
    using repository::repository;

    // The latest first, at most `limit`.
    [[nodiscard]] task<std::vector<trading_signal>> by_symbol(std::string symbol,
                                                              std::int64_t limit = 100) const;
    [[nodiscard]] task<std::optional<trading_signal>> latest(std::string symbol) const;
};

} // namespace hawser::trading
