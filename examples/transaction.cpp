// A transaction: read, decide, write. Its body is undone as a whole, and run again on contention.
#include <hawser/hawser.hpp>
#include <iostream>
#include <stdexcept>

using money = hawser::decimal<18, 2>;

struct account {
    std::string name;
    money balance;
};
BOOST_DESCRIBE_STRUCT(account, (), (name, balance))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::name>);
}

// [transfer]
hawser::task<money> transfer(const hawser::database& db, money amount) {
    const auto body = [&](hawser::transaction& tx) -> hawser::task<money> {
        const hawser::repository<account> accounts{tx};
        account from = co_await accounts.get("cash"); // read inside: the body may run again
        account to = co_await accounts.get("margin");
        from.balance -= amount;
        to.balance += amount;
        co_await accounts.update(to);
        if (from.balance < 0) throw std::runtime_error("not that much there"); // undoes the update
        co_await accounts.update(from);
        co_return from.balance;
    };
    co_return co_await db.transaction(body, {.attempts = 3, .name = "transfer"});
}
// [/transfer]

hawser::task<> transactions() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<account>();
    const hawser::repository<account> accounts{db};
    account cash{"cash", 50}, margin{"margin", 0};
    co_await accounts.insert(cash);
    co_await accounts.insert(margin);

    const money left = co_await transfer(db, 30);
    std::cout << "left " << left << '\n';
    try {
        co_await transfer(db, 30);
    } catch (const std::runtime_error& e) { std::cout << e.what() << '\n'; }
    const auto all = co_await accounts.order_by(hawser::asc<&account::name>).all();
    for (const account& a : all) std::cout << a.name << ' ' << a.balance << '\n';
    co_await db.close();
}

int main() {
    hawser::run(transactions());
}

// prints:
//   left 20.00
//   not that much there
//   cash 20.00
//   margin 30.00
