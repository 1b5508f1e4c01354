#pragma once
#include <hawser/core/decimal.hpp>
#include <hawser/core/timestamp.hpp>
#include <string>

namespace day {

// One execution on an exchange.
struct tick {
    std::string symbol;
    hawser::timestamp at{};
    hawser::decimal<18, 8> price;
    hawser::decimal<18, 8> size;
    std::string exchange;
};

} // namespace day
