#include <hawser/hawser.hpp>
#include <iostream>

// [describe]
struct fill {
    std::int64_t id{};
    std::string symbol;
    hawser::decimal<18, 8> price;
};
BOOST_DESCRIBE_STRUCT(fill, (), (id, symbol, price))
consteval auto hawser_table(hawser::of<fill>) {
    return hawser::table<fill>("fills", hawser::primary_key<&fill::id>.generated());
}
// [/describe]

hawser::task<> record_a_fill() {
    // [open]
    hawser::database db = co_await hawser::open("sqlite:first.db");
    co_await db.create_tables<fill>();
    // [/open]

    // [insert]
    hawser::repository<fill> fills{db};
    fill bought;
    bought.symbol = "BTCUSDT";
    bought.price = hawser::decimal<18, 8>::parse("64250.125");
    co_await fills.insert(bought); // bought.id is now the row's key
    // [/insert]

    // [query]
    const auto rows = co_await fills.where(hawser::col<&fill::symbol> == "BTCUSDT").all();
    for (const fill& f : rows) std::cout << f.id << ' ' << f.symbol << ' ' << f.price << '\n';
    // [/query]
    co_await db.close();
}

// [main]
int main() {
    hawser::run(record_a_fill());
}
// [/main]

// prints:
//   1 BTCUSDT 64250.12500000
