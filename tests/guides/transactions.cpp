// The code of docs/guides/transactions.md, but for what it takes from the examples.
#include <hawser/hawser.hpp>
#include <iostream>

using hawser::col;
using namespace std::chrono_literals;
using amount = hawser::decimal<18, 8>;

struct position : hawser::versioned {
    std::int64_t id{};
    std::string symbol{};
    amount quantity{};
};
BOOST_DESCRIBE_STRUCT(position, (hawser::versioned), (id, symbol, quantity))
consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>("positions", hawser::primary_key<&position::id>.generated(),
                                   hawser::unique<&position::symbol>);
}

struct alert {
    std::int64_t id{}, position_id{};
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(alert, (), (id, position_id, text))
consteval auto hawser_table(hawser::of<alert>) {
    return hawser::table<alert>("alerts", hawser::primary_key<&alert::id>.generated(),
                                hawser::references<&alert::position_id, position>);
}

hawser::task<> units(hawser::database db) {
    position held, fresh;
    held.symbol = "BTC";
    fresh.symbol = "ETH";
    co_await hawser::repository<position>{db}.insert(held);
    alert old{.position_id = held.id, .text = "low"};
    co_await hawser::repository<alert>{db}.insert(old);
    // [verbs]
    hawser::unit_of_work unit{db};
    held.quantity = 3;
    const auto u = unit.update(held); // the row as it is now; no such row, or another version, fails the unit
    unit.erase<alert>(old.id);        // no such row fails the unit
    unit.upsert(fresh);               // inserted, or updated
    unit.update<position>(col<&position::symbol> == "SOL", // every row that meets it, also none
                          hawser::set<&position::quantity>(hawser::least(col<&position::quantity>, 1)));
    const hawser::commit_result done = co_await unit.commit({.attempts = 3, .timeout = 2s});
    // [/verbs]
    std::cout << "verbs";
    for (const auto& o : done.operations) std::cout << ' ' << o.rows;
    std::cout << ", version " << u.row().row_version << '\n';
}

hawser::task<> bodies(hawser::database db) {
    position sol;
    sol.symbol = "SOL";
    // [run]
    hawser::unit_of_work unit{db, {.name = "open with an alert"}};
    const auto p = unit.insert(sol);
    const auto body = [p](hawser::transaction& tx) -> hawser::task<> {
        const auto all = co_await hawser::repository<position>{tx}.count(); // SOL is among them
        alert a{.position_id = p.id().value(), .text = "one of " + std::to_string(all)};
        co_await hawser::repository<alert>{tx}.insert(a);
    };
    unit.run(body);
    const auto done = co_await unit.commit();
    // [/run]
    const alert a = co_await hawser::repository<alert>{db}.one();
    std::cout << "run " << a.text << ", trips " << done.round_trips << '\n';
}

hawser::task<> write_back(hawser::database db) {
    position held = co_await hawser::repository<position>{db}.where(col<&position::symbol> == "BTC").one();
    // [write-back]
    const auto buy = [&](hawser::transaction& tx) -> hawser::task<position> {
        position mine = held; // a copy for each attempt
        mine.quantity += 1;
        co_await hawser::repository<position>{tx}.update(mine); // writes the new version into mine
        co_return mine;
    };
    held = co_await db.transaction(buy, {.attempts = 5}); // known only now: it is committed
    // [/write-back]
    std::cout << "write-back " << held.quantity << ' ' << held.row_version << '\n';
}

hawser::task<> savepoints(hawser::database db) {
    // [savepoint]
    const auto body = [](hawser::transaction& tx) -> hawser::task<> {
        const auto risky = [](hawser::transaction& sp) -> hawser::task<> {
            position twice;
            twice.symbol = "BTC"; // is there already
            co_await hawser::repository<position>{sp}.insert(twice);
        };
        const auto tried = co_await hawser::as_result(tx.savepoint(risky)); // undone alone
        position other;
        other.symbol = tried ? "ADA" : "XRP";
        co_await hawser::repository<position>{tx}.insert(other);
        tx.after_commit([] { std::cout << "stored\n"; });
    };
    co_await db.transaction(body);
    // [/savepoint]
    const auto symbols = co_await hawser::repository<position>{db}
                             .order_by(hawser::asc<&position::id>)
                             .pluck<&position::symbol>();
    for (const auto& s : symbols) std::cout << s << (s == symbols.back() ? '\n' : ' ');
}

hawser::task<> handles(hawser::database db) {
    // [handle]
    hawser::transaction tx = co_await db.begin({.name = "import"});
    co_await tx.execute<"update positions set quantity = 0 where symbol = $1">("XRP");
    co_await tx.commit(); // or tx.rollback(); dropped without either it is rolled back

    hawser::transaction snapshot = co_await db.begin({.read_only = true});
    const hawser::repository<position> then{snapshot};
    const auto before = co_await then.count();
    const auto after = co_await then.count(); // the same, whatever others have stored meanwhile
    co_await snapshot.rollback();
    // [/handle]
    std::cout << "handle " << (before == after) << '\n';
}

hawser::task<> holders(hawser::database db) {
    // [holder]
    const auto wrong = [&](hawser::transaction& tx) -> hawser::task<> {
        co_await tx.execute<"update positions set quantity = 1 where symbol = 'BTC'">();
        const auto waiting = db.with({.timeout = 50ms}); // not tx: waits for this very transaction
        co_await waiting.execute<"update positions set quantity = 2 where symbol = 'BTC'">();
    };
    const auto refused = co_await hawser::as_result(db.transaction(wrong, {.attempts = 1, .name = "buy"}));
    // [/holder]
    const hawser::error& e = refused.error();
    const bool named =
        e.message().find("held by transaction 'buy' (transactions.cpp:") != std::string::npos &&
        e.message().ends_with("inside its body use tx, not the database");
    std::cout << hawser::to_string(e.kind()) << ' ' << e.id() << ' ' << named << '\n';
}

hawser::task<> guide() {
    hawser::database db = co_await hawser::open("sqlite:transactions.db");
    co_await db.create_tables<position, alert>();
    co_await units(db);
    co_await bodies(db);
    co_await write_back(db);
    co_await savepoints(db);
    co_await handles(db);
    co_await holders(db);
    co_await db.close();
}

int main() {
    hawser::run(guide());
}

// prints:
//   verbs 1 1 1 0, version 2
//   run one of 3, trips 4
//   write-back 4.00000000 3
//   stored
//   BTC ETH SOL XRP
//   handle 1
//   busy DB_TXN_002 1
