// Writes that belong together: registered first, stored at once, all or nothing.
#include <hawser/hawser.hpp>
#include <iostream>

using hawser::col;
using amount = hawser::decimal<18, 8>;

struct position {
    std::int64_t id{};
    std::string symbol{};
    amount quantity{};
};
BOOST_DESCRIBE_STRUCT(position, (), (id, symbol, quantity))
consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>("positions", hawser::primary_key<&position::id>.generated());
}

struct fill {
    std::int64_t id{}, position_id{};
    amount price{}, quantity{};
};
BOOST_DESCRIBE_STRUCT(fill, (), (id, position_id, price, quantity))
consteval auto hawser_table(hawser::of<fill>) {
    return hawser::table<fill>("fills", hawser::primary_key<&fill::id>.generated(),
                               hawser::references<&fill::position_id, position>);
}

hawser::task<> unit_of_work() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<position, fill>();
    // [unit]
    position opened{.symbol = "BTC", .quantity = 2};
    fill bought{.price = 64250, .quantity = 2};
    hawser::unit_of_work unit{db, {.name = "first fill"}};
    const auto p = unit.insert(opened);                                           // nothing is sent yet
    const auto f = unit.insert(bought, hawser::bind<&fill::position_id>(p.id())); // the key that p will get
    unit.after_commit([] { std::cout << "published\n"; });
    const auto done = co_await unit.commit();
    // [/unit]
    std::cout << done.operations.size() << " operations, " << done.round_trips << " trip; fill " << f.row().id
              << " of position " << f.row().position_id << '\n';
    // [guard]
    const std::int64_t id = p.id().value();
    const amount five = 5;
    hawser::unit_of_work sale{db};
    sale.update<position>(col<&position::id> == id,
                          hawser::set<&position::quantity>(col<&position::quantity> - five));
    sale.expect<position>(col<&position::quantity> >= 0, id); // else nothing happens
    const auto refused = co_await hawser::as_result(sale.commit());
    // [/guard]
    const auto left = co_await hawser::repository<position>{db}.get(id);
    std::cout << refused.error().id() << ", still " << left.quantity << '\n';
    co_await db.close();
}

int main() {
    hawser::run(unit_of_work());
}

// prints:
//   published
//   2 operations, 1 trip; fill 1 of position 1
//   DB_TXN_004, still 2.00000000
