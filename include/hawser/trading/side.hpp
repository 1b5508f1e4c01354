#pragma once
#include <boost/describe/enum.hpp>
#include <hawser/mapping/type_map.hpp>

namespace hawser::trading {

enum class side : unsigned char { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)

consteval auto hawser_words(of<side>) {
    return stored_as<side>("BUY", "SELL");
}

} // namespace hawser::trading
