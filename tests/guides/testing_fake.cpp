// The code of docs/guides/testing.md about factories and fakes.
#include <hawser/hawser.hpp>
#include <hawser/testing/clock.hpp>
#include <hawser/testing/factory.hpp>
#include <hawser/testing/fake_repository.hpp>
#include <hawser/testing/repository_like.hpp>
#include <iostream>

using hawser::col;
using hawser::task;
namespace testing = hawser::testing;

struct account {
    std::int64_t id{};
    std::string owner{};
};
BOOST_DESCRIBE_STRUCT(account, (), (id, owner))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::id>.generated(),
                                  hawser::unique<&account::owner>,
                                  hawser::validate<&account::owner>(hawser::not_empty));
}

struct fill : hawser::timestamps {
    std::int64_t id{};
    std::int64_t account_id{};
    std::string symbol{}, reference{};
    hawser::decimal<18, 8> price{}, quantity{};
    std::optional<std::string> note{};
};
BOOST_DESCRIBE_STRUCT(fill, (hawser::timestamps), (id, account_id, symbol, reference, price, quantity, note))
consteval auto hawser_table(hawser::of<fill>) {
    return hawser::table<fill>(
        "fills", hawser::primary_key<&fill::id>.generated(), hawser::references<&fill::account_id, account>,
        hawser::unique<&fill::reference>.named("fills_reference_uq"),
        hawser::check("fills_price", col<&fill::price> > 0), hawser::validate<&fill::symbol>(hawser::symbol),
        hawser::validate<&fill::reference>(hawser::matches<"[A-Z]{2}-\\d{4}">));
}

// [own]
// Queries of one's own, over the repository that it is given: the real one, or a fake.
template <class Fills>
class fill_book : public Fills {
public:
    using Fills::Fills;
    auto of_symbol(std::string symbol) const {
        return this->where(col<&fill::symbol> == std::move(symbol)).order_by(hawser::asc<&fill::id>).all();
    }
};
using fills = fill_book<hawser::repository<fill>>; // what the program uses
// [/own]

// [given]
// What is to be tested says what it needs.
template <testing::repository_like<fill> Fills>
task<hawser::decimal<18, 8>> volume(const Fills& book, std::string symbol) {
    hawser::decimal<18, 8> sum;
    const auto rows = co_await book.of_symbol(std::move(symbol));
    for (const fill& f : rows) sum += f.quantity;
    co_return sum;
}
// [/given]

task<> from_factories(hawser::database db) {
    // [factory]
    const testing::factory<account> accounts;
    const testing::factory<fill> made{42}; // the seed; without one it is 1
    fill f = made.build();                 // can be inserted, but for what it refers to
    const account ann = co_await accounts.insert(db);
    const auto rows = co_await made.with<&fill::account_id>(ann.id).insert(db, 10);
    // [/factory]
    std::cout << f.reference << ' ' << f.symbol << ", " << rows.size() << " stored, the last is "
              << rows.back().reference << '\n';

    // [with]
    const auto owners = co_await accounts.insert(db, 3);
    std::vector<std::int64_t> ids;
    for (const account& a : owners) ids.push_back(a.id);
    const auto some = made.with<&fill::symbol>("BTC/USDT") // this value
                          .with<&fill::account_id>(ids)    // these in turn
                          .with<&fill::quantity>([](std::size_t i) { return 10 * (i + 1); })
                          .with<&fill::note>(std::nullopt)
                          .build(4);
    // [/with]
    for (const fill& row : some) std::cout << row.account_id << ' ' << row.quantity << ';';
    std::cout << '\n';

    // [broken]
    fill wrong = made.with<&fill::price>(-1).with<&fill::account_id>(ann.id).build();
    const auto r = co_await hawser::as_result(hawser::repository<fill>{db}.insert(wrong));
    std::cout << r.error().info().constraint << '\n'; // fills_price
    // [/broken]
}

task<> with_a_fake() {
    // [fake]
    testing::fixed_clock clock;
    const fill_book<testing::fake_repository<fill>> book{{.clock = &clock}};
    const testing::factory<fill> made;
    co_await made.with<&fill::symbol>("BTC").with<&fill::quantity>(2).insert(book, 3);
    co_await made.with<&fill::symbol>("ETH").insert(book, 5);
    const auto btc = co_await volume(book, "BTC");
    std::cout << btc << " of " << co_await book.count() << " fills\n"; // 6 of 8 fills
    // [/fake]

    // [alike]
    const auto first = co_await book.first();
    fill again = made.with<&fill::reference>(first->reference).build();
    const auto r = co_await hawser::as_result(book.insert(again));
    std::cout << r.error().message() << '\n'; // fills_reference_uq (reference) in fills.insert
    // [/alike]
}

task<> guide() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<account, fill>();
    co_await from_factories(db);
    co_await with_a_fake();
    const fills real{db};
    const auto volume_of_symbol = co_await volume(real, "nothing");
    std::cout << volume_of_symbol << '\n';
    co_await db.close();
}

int main() {
    hawser::run(guide());
}

// prints:
//   AA-0000 symbol-1, 10 stored, the last is KA-0000
//   2 10.00000000;3 20.00000000;4 30.00000000;2 40.00000000;
//   fills_price
//   6.00000000 of 8 fills
//   fills_reference_uq (reference) in fills.insert
//   0.00000000
