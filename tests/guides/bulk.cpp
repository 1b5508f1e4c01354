// The code of docs/guides/bulk.md that examples/bulk.cpp does not have.
#include <hawser/hawser.hpp>
#include <iostream>
#include <ranges>

struct quote : hawser::versioned {
    std::int64_t id{};
    std::string symbol{};
    std::int32_t lots{};
};
BOOST_DESCRIBE_STRUCT(quote, (hawser::versioned), (id, symbol, lots))
consteval auto hawser_table(hawser::of<quote>) {
    return hawser::table<quote>("quotes", hawser::primary_key<&quote::id>.generated(),
                                hawser::unique<&quote::symbol>,
                                hawser::check("quotes_lots", hawser::col<&quote::lots> > 0),
                                hawser::validate<&quote::symbol>(hawser::not_empty));
}

std::vector<quote> many(int count) {
    std::vector<quote> rows(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        rows[static_cast<std::size_t>(i)].symbol = "S" + std::to_string(i);
        rows[static_cast<std::size_t>(i)].lots = 1;
    }
    return rows;
}

hawser::task<> failures(hawser::database db) {
    const hawser::repository<quote> quotes{db};
    auto rows = many(100);
    rows[41].lots = -1;
    // [failure]
    const auto r = co_await hawser::as_result(quotes.bulk_insert(rows));
    if (!r) std::cout << "row " << r.error().info().row.value() << ' ' << r.error().info().constraint << '\n';
    // [/failure]
    rows[41].symbol.clear();
    rows[77].symbol.clear();
    // [violations]
    try {
        co_await quotes.bulk_insert(rows);
    } catch (const hawser::validation_error& e) {
        for (const auto& v : e.violations()) std::cout << "row " << v.row.value() << ' ' << v.field << '\n';
    }
    // [/violations]
}

hawser::task<> resuming(hawser::database db) {
    const hawser::repository<quote> quotes{db};
    auto rows = many(100);
    rows[41].lots = -1;
    // [resume]
    hawser::bulk_options options{.atomic = false, .chunk = 10};
    for (;;) {
        const auto r = co_await hawser::as_result(quotes.bulk_insert(rows, options));
        if (r) break;
        const hawser::error_info& info = r.error().info();
        if (!info.row) r.value();                // no row's fault: thrown
        rows[*info.row].lots = 1;                // mended
        options.resume_from = *info.resume_from; // what is in front of it is stored
    }
    // [/resume]
    std::cout << co_await quotes.count() << " stored\n";
}

hawser::task<> missing(hawser::database db) {
    const hawser::repository<quote> quotes{db};
    std::vector<quote> rows = co_await quotes.order_by(hawser::asc<&quote::id>).limit(3).all();
    co_await quotes.erase(rows[0].id);
    co_await quotes.update(rows[1].id, hawser::set<&quote::lots>(7));
    // [missed]
    for (quote& q : rows) q.lots = 9;
    const auto missed = co_await quotes.bulk_update(rows, {.atomic = false});
    for (const auto& m : missed)
        std::cout << "row " << m.row << (m.why == hawser::miss::stale ? " is stale\n" : " is missing\n");
    // [/missed]
}

hawser::task<> copying(hawser::database db) {
    const hawser::repository<quote> quotes{db};
    // [copy]
    auto rows = std::views::iota(0, 50000) | std::views::transform([](int i) {
                    quote q;
                    q.symbol = "T" + std::to_string(i);
                    q.lots = 1 + i % 9;
                    return q;
                });
    const std::int64_t copied = co_await quotes.copy_in(rows);
    // [/copy]
    std::cout << copied << " copied\n";
}

hawser::task<> together(hawser::database db) {
    const auto rows = many(3);
    // [transaction]
    const auto replace = [&](hawser::transaction& tx) -> hawser::task<> {
        const hawser::repository<quote> quotes{tx};
        co_await quotes.erase(hawser::all_rows);
        co_await quotes.bulk_insert(rows);
    };
    co_await db.transaction(replace, {.name = "replace quotes"});
    // [/transaction]
    const auto count = co_await hawser::repository<quote>{db}.count();
    std::cout << count << " left\n";
}

hawser::task<> guide() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<quote>();
    co_await failures(db);
    co_await resuming(db);
    co_await missing(db);
    co_await copying(db);
    co_await together(db);
    co_await db.close();
}

int main() {
    hawser::run(guide());
}

// prints:
//   row 41 quotes_lots
//   row 41 symbol
//   row 77 symbol
//   100 stored
//   row 0 is missing
//   row 1 is stale
//   50000 copied
//   3 left
