// A file as users write them: 3 entities, 20 calls. What it costs to compile is measured, it is never run.
#include <hawser/hawser.hpp>
#include <span>
#include <string>
#include <vector>

namespace shop {

struct account : hawser::timestamps {
    std::int64_t id{};
    std::string owner{};
    hawser::decimal<18, 8> balance{};
    bool open = true;
};
BOOST_DESCRIBE_STRUCT(account, (hawser::timestamps), (id, owner, balance, open))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::id>.generated(),
                                  hawser::unique<&account::owner>);
}

struct order : hawser::timestamps, hawser::versioned {
    std::int64_t id{};
    std::int64_t account_id{};
    std::string symbol{};
    hawser::decimal<18, 8> price{}, quantity{};
    hawser::timestamp placed_at{};
};
BOOST_DESCRIBE_STRUCT(order, (hawser::timestamps, hawser::versioned),
                      (id, account_id, symbol, price, quantity, placed_at))
consteval auto hawser_table(hawser::of<order>) {
    return hawser::table<order>("orders", hawser::primary_key<&order::id>.generated(),
                                hawser::references<&order::account_id, account>,
                                hawser::index<&order::symbol, &order::placed_at>);
}

struct fill {
    std::int64_t id{};
    std::int64_t order_id{};
    hawser::decimal<18, 8> price{}, quantity{};
    std::optional<std::string> venue{};
};
BOOST_DESCRIBE_STRUCT(fill, (), (id, order_id, price, quantity, venue))
consteval auto hawser_table(hawser::of<fill>) {
    return hawser::table<fill>("fills", hawser::primary_key<&fill::id>.generated(),
                               hawser::references<&fill::order_id, order>);
}

using hawser::col;
using hawser::set;

hawser::task<std::int64_t> trade(hawser::database db, account who, order what, std::vector<fill> parts) {
    co_await db.create_tables<account, order, fill>(); // 1
    const hawser::repository<account> accounts{db};
    const hawser::repository<order> orders{db};
    const hawser::repository<fill> fills{db};
    co_await accounts.insert(who); // 2
    what.account_id = who.id;
    co_await orders.insert(what);                      // 3
    const order again = co_await orders.get(what.id);  // 4
    const auto found = co_await accounts.find(who.id); // 5
    what.quantity = again.quantity;
    co_await orders.update(what);                                 // 6
    co_await accounts.update(who.id, set<&account::open>(false)); // 7
    co_await fills.bulk_insert(parts);                            // 8
    co_await accounts.upsert(who);                                // 9
    const auto recent = co_await orders.where(col<&order::symbol> == "BTC" && col<&order::price> > what.price)
                            .order_by(hawser::desc<&order::placed_at>)
                            .limit(50)
                            .all();                                                                  // 10
    const auto total = co_await fills.where(col<&fill::order_id> == what.id).sum<&fill::quantity>(); // 11
    const auto ids = co_await orders.where(col<&order::account_id> == who.id).pluck<&order::id>();   // 12
    const auto many = co_await orders.count();                                                       // 13
    const bool some = co_await fills.where(col<&fill::venue> == "X").exists();                       // 14
    co_await fills.where(col<&fill::quantity> == hawser::decimal<18, 8>{}).erase();                  // 15
    auto rows = orders.where(col<&order::symbol> == "ETH").stream();                                 // 16
    while (const order* one = co_await rows.next()) what.price = one->price;
    const auto raw =
        co_await db.query_one<std::int64_t, "select count(*) from fills where order_id = $1">(what.id); // 17
    const auto body = [&](hawser::transaction& tx) -> hawser::task<> {
        co_await hawser::repository<account>{tx}.update(who.id, set<&account::balance>(who.balance)); // 18
    };
    co_await db.transaction(body);
    hawser::unit_of_work unit{db};
    auto stored = unit.insert(what);                                        // 19
    unit.insert(parts.front(), hawser::bind<&fill::order_id>(stored.id())); // 20
    co_await unit.commit();
    co_return raw + many + static_cast<std::int64_t>(recent.size() + ids.size()) + (some && found ? 1 : 0) +
        static_cast<std::int64_t>(total.to_string().size());
}

} // namespace shop
