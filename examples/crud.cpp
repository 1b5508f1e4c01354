// Create, read, update and delete: the verbs of a repository.
#include <hawser/hawser.hpp>
#include <iostream>

struct account : hawser::timestamps {
    std::int64_t id{};
    std::string name;
    hawser::decimal<18, 2> balance;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(account, (hawser::timestamps), (id, name, balance, note))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::id>.generated(),
                                  hawser::unique<&account::name>);
}

hawser::task<> crud() {
    using hawser::col;
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<account>();
    // [create]
    hawser::repository<account> accounts{db};
    account cash;
    cash.name = "cash";
    cash.balance = 100;
    co_await accounts.insert(cash); // id, created_at and updated_at are written back
    // [/create]
    // [read]
    const account seen = co_await accounts.get(cash.id);              // throws not_found
    const std::optional<account> none = co_await accounts.find(4711); // empty
    const auto rich = co_await accounts.where(col<&account::balance> >= 50).all();
    // [/read]
    std::cout << seen.id << ' ' << seen.name << ' ' << none.has_value() << ' ' << rich.size() << '\n';
    // [update]
    cash.balance += 25;
    const bool updated = co_await accounts.update(cash); // the whole row; false: no such row
    const hawser::decimal<18, 2> fee = 5;
    const bool patched = co_await accounts.update( // these columns only, from what is stored now
        cash.id, hawser::set<&account::note>("fee taken"),
        hawser::set<&account::balance>(col<&account::balance> - fee));
    // [/update]
    const account now = co_await accounts.get(cash.id);
    std::cout << updated << patched << ' ' << now.balance << ' ' << now.note.value_or("") << '\n';
    // [delete]
    const bool erased = co_await accounts.erase(cash.id);
    const bool again = co_await accounts.erase(cash.id); // false: no such row
    // [/delete]
    std::cout << erased << again << '\n';
    co_await db.close();
}

int main() {
    hawser::run(crud());
}

// prints:
//   1 cash 0 1
//   11 120.00 fee taken
//   10
