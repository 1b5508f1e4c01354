#pragma once
// The entities of the db tests: a generated key with everything, a natural key, and one that points to another.
#include <hawser/hawser.hpp>

namespace market {

enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)
consteval auto hawser_words(hawser::of<side>) {
    return hawser::stored_as<side>("BUY", "SELL");
}

struct position : hawser::timestamps, hawser::versioned {
    std::int64_t id{};
    std::string symbol{};
    hawser::decimal<18, 8> quantity{}, low{};
    std::optional<std::string> note{};
};
BOOST_DESCRIBE_STRUCT(position, (hawser::timestamps, hawser::versioned), (id, symbol, quantity, low, note))
consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>(
        "positions", hawser::primary_key<&position::id>.generated(),
        hawser::unique<&position::symbol>.named("positions_symbol_uq"),
        hawser::check("positions_quantity_floor", hawser::col<&position::quantity> >= -1000000),
        hawser::validate<&position::symbol>(hawser::not_empty, hawser::max_length(32)));
}

struct trade : hawser::timestamps {
    std::int64_t id{};
    std::int64_t position_id{};
    std::string symbol{};
    market::side side{};
    hawser::decimal<18, 8> price{}, quantity{};
    hawser::timestamp executed_at{};
    bool settled{};
    std::optional<double> fee{};
};
BOOST_DESCRIBE_STRUCT(trade, (hawser::timestamps),
                      (id, position_id, symbol, side, price, quantity, executed_at, settled, fee))
consteval auto hawser_table(hawser::of<trade>) {
    return hawser::table<trade>(
        "trades", hawser::primary_key<&trade::id>.generated(),
        hawser::references<&trade::position_id, position>.on_delete(hawser::cascade),
        hawser::index<&trade::symbol, &trade::executed_at>.named("idx_trades_symbol_executed"),
        hawser::check("trades_price_positive", hawser::col<&trade::price> > 0),
        hawser::validate<&trade::symbol>(hawser::not_empty, hawser::max_length(32)));
}

// A natural key, and json.
struct prediction : hawser::timestamps {
    std::string model{}, symbol{};
    double score{};
    hawser::json_text features{};
};
BOOST_DESCRIBE_STRUCT(prediction, (hawser::timestamps), (model, symbol, score, features))
consteval auto hawser_table(hawser::of<prediction>) {
    return hawser::table<prediction>("predictions",
                                     hawser::primary_key<&prediction::model, &prediction::symbol>,
                                     hawser::validate<&prediction::score>(hawser::range(0, 1)));
}

inline position make_position(std::string symbol, int quantity = 0) {
    position p;
    p.symbol = std::move(symbol);
    p.quantity = quantity;
    return p;
}

inline trade make_trade(std::int64_t position_id, std::string symbol, const char* price, int quantity = 1) {
    trade t;
    t.position_id = position_id;
    t.symbol = std::move(symbol);
    t.price = hawser::decimal<18, 8>::parse(price);
    t.quantity = quantity;
    t.executed_at = hawser::parse_timestamp("2026-01-02T03:04:05.000006Z");
    return t;
}

} // namespace market
