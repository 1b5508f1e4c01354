// Many rows in one call.
#include <hawser/hawser.hpp>
#include <iostream>

struct quote {
    std::int64_t id{};
    std::string symbol{};
    hawser::decimal<18, 8> bid{}, ask{};
};
BOOST_DESCRIBE_STRUCT(quote, (), (id, symbol, bid, ask))
consteval auto hawser_table(hawser::of<quote>) {
    return hawser::table<quote>("quotes", hawser::primary_key<&quote::id>.generated(),
                                hawser::unique<&quote::symbol>);
}

hawser::task<> bulk() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<quote>();
    const hawser::repository<quote> quotes{db};

    std::vector<quote> rows;
    for (int i = 0; i < 10000; ++i)
        rows.push_back({.symbol = "S" + std::to_string(i), .bid = i, .ask = i + 1});

    // [insert]
    const auto ids = co_await quotes.bulk_insert(rows); // ids[i] is the key of rows[i]
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = ids[i];
    // [/insert]
    std::cout << ids.size() << " keys, the last " << ids.back() << '\n';

    // [update]
    for (quote& q : rows) q.bid = 7;
    const auto missed = co_await quotes.bulk_update<&quote::bid>(rows); // this column only
    // [/update]
    std::cout << missed.size() << " missed\n";

    // [upsert]
    std::vector<quote> news{{.symbol = "S1", .bid = 1, .ask = 2}, {.symbol = "NEW", .bid = 3, .ask = 4}};
    const auto counts = co_await quotes.bulk_upsert(news); // by the only unique
    // [/upsert]
    std::cout << counts.inserted << " inserted, " << counts.updated << " updated\n";

    // [chunks]
    std::size_t done = 0;
    const auto progress = [&](std::size_t count, std::size_t) { done = count; };
    // Each chunk is committed; a failure says with e.info().resume_from where to go on.
    const auto erased =
        co_await quotes.bulk_erase(ids, {.atomic = false, .chunk = 1000, .progress = progress});
    // [/chunks]
    const auto left = co_await quotes.count();
    std::cout << erased << " erased, " << done << " done, " << left << " left\n";
    co_await db.close();
}

int main() {
    hawser::run(bulk());
}

// prints:
//   10000 keys, the last 10000
//   0 missed
//   1 inserted, 1 updated
//   10000 erased, 10000 done, 1 left
