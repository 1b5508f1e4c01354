// A repository with the domain's own queries: derive from it, and return what the queries' tasks return.
#include <hawser/hawser.hpp>
#include <iostream>

using hawser::col;

struct trade {
    std::int64_t id{};
    std::string symbol{};
    hawser::decimal<18, 8> price{}, quantity{};
    hawser::timestamp executed_at{};
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, symbol, price, quantity, executed_at))
consteval auto hawser_table(hawser::of<trade>) {
    return hawser::table<trade>("trades", hawser::primary_key<&trade::id>.generated(),
                                hawser::index<&trade::symbol, &trade::executed_at>);
}
using volume = std::tuple<std::string, std::optional<hawser::decimal<38, 8>>>;

// [repository]
class trade_repository : public hawser::repository<trade> {
public:
    using repository::repository; // over a database, a session or a transaction

    hawser::task<std::vector<trade>> latest(const std::string& symbol, std::int64_t rows) const {
        return where(col<&trade::symbol> == symbol)
            .order_by(hawser::desc<&trade::executed_at>, hawser::desc<&trade::id>)
            .limit(rows)
            .all();
    }
    hawser::task<std::vector<volume>> volumes(hawser::timestamp since) const {
        return where(col<&trade::executed_at> >= since)
            .select<volume>(col<&trade::symbol>, hawser::sum(col<&trade::quantity>))
            .group_by(col<&trade::symbol>)
            .order_by(hawser::asc<&trade::symbol>)
            .all();
    }
};
// [/repository]

hawser::task<> own_repository() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<trade>();
    const trade_repository trades{db};
    const auto noon = hawser::parse_timestamp("2026-03-02T12:00:00Z");
    for (int i = 0; i < 6; ++i) {
        trade t{.symbol = i % 2 ? "BTC" : "ETH", .price = 100 + i, .quantity = 1 + i};
        t.executed_at = noon + std::chrono::minutes(i);
        co_await trades.insert(t); // all the verbs of a repository are there
    }
    const auto last = co_await trades.latest("BTC", 2);
    for (const trade& t : last) std::cout << t.id << ' ' << t.price << '\n';
    const auto sums = co_await trades.volumes(noon + std::chrono::minutes(2));
    for (const auto& [symbol, total] : sums) std::cout << symbol << ' ' << total.value() << '\n';
    co_await db.close();
}

int main() {
    hawser::run(own_repository());
}

// prints:
//   6 105.00000000
//   4 103.00000000
//   BTC 10.00000000
//   ETH 8.00000000
