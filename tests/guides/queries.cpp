// The code of docs/guides/queries.md.
#include <hawser/hawser.hpp>
#include <iostream>

using hawser::col;

// [entities]
struct position {
    std::int64_t id{};
    std::string symbol{};
    hawser::decimal<18, 8> quantity{};
};
BOOST_DESCRIBE_STRUCT(position, (), (id, symbol, quantity))
consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>("positions", hawser::primary_key<&position::id>.generated(),
                                   hawser::unique<&position::symbol>);
}

struct trade {
    std::int64_t id{};
    std::int64_t position_id{};
    std::string symbol{};
    hawser::decimal<18, 8> price{}, quantity{};
    hawser::timestamp executed_at{};
    std::optional<std::string> note{};
};
BOOST_DESCRIBE_STRUCT(trade, (), (id, position_id, symbol, price, quantity, executed_at, note))
consteval auto hawser_table(hawser::of<trade>) {
    return hawser::table<trade>("trades", hawser::primary_key<&trade::id>.generated(),
                                hawser::references<&trade::position_id, position>,
                                hawser::index<&trade::symbol, &trade::executed_at>);
}
// [/entities]

// [volume]
struct volume {
    std::string symbol;
    std::int64_t trades;
    std::optional<hawser::decimal<38, 8>> total;
};
BOOST_DESCRIBE_STRUCT(volume, (), (symbol, trades, total))
// [/volume]

// Positions 1 BTC and 2 ETH; trades 1 to 6, at prices 101 to 106, of BTC, ETH, BTC, .. a minute apart.
hawser::task<> fill(hawser::database db) {
    co_await db.create_tables<position, trade>();
    std::vector<position> held{{.symbol = "BTC"}, {.symbol = "ETH"}};
    co_await hawser::repository<position>{db}.bulk_insert(held);
    std::vector<trade> done;
    for (int i = 0; i < 6; ++i) {
        trade& t = done.emplace_back();
        t.position_id = 1 + i % 2;
        t.symbol = held[static_cast<std::size_t>(i % 2)].symbol;
        t.price = 101 + i;
        t.quantity = 1 + i;
        t.executed_at = hawser::parse_timestamp("2026-03-02T12:00:00Z") + std::chrono::minutes(i);
    }
    co_await hawser::repository<trade>{db}.bulk_insert(done);
}

void print(const char* what, const auto&... values) {
    std::cout << what;
    ((std::cout << ' ' << values), ...);
    std::cout << '\n';
}

hawser::task<> rows(hawser::database db) {
    // [rows]
    hawser::repository<trade> trades{db};
    const trade first = co_await trades.get(1);                 // throws not_found
    const std::optional<trade> maybe = co_await trades.find(7); // empty

    const auto dear = trades.where(col<&trade::symbol> == "BTC" && col<&trade::price> > 102)
                          .order_by(hawser::desc<&trade::executed_at>, hawser::desc<&trade::id>);
    const std::vector<trade> some = co_await dear.limit(50).all();
    const std::optional<trade> latest = co_await dear.first();
    const std::int64_t count = co_await trades.where(col<&trade::symbol> == "ETH").count();
    const bool any = co_await trades.where(col<&trade::note>.is_not_null()).exists();
    // [/rows]
    print("rows", first.id, maybe.has_value(), some.size(), latest->id, count, any);
}

// [filters]
hawser::task<std::vector<trade>> search(const hawser::repository<trade>& trades,
                                        std::optional<std::string> symbol,
                                        std::optional<hawser::timestamp> since, bool only_with_note) {
    const auto after = [](hawser::timestamp t) { return col<&trade::executed_at> >= t; };
    return trades
        .where(col<&trade::symbol>.equals_if(symbol) && hawser::when(since, after) &&
               hawser::when(only_with_note, col<&trade::note>.is_not_null()))
        .all();
}
// [/filters]

hawser::task<> conditions(hawser::database db) {
    hawser::repository<trade> trades{db};
    // [conditions]
    const std::vector<std::string> watched{"BTC", "SOL"};
    const auto rows =
        co_await trades
            .where((col<&trade::symbol>.in(watched) || col<&trade::symbol>.starts_with("ET")) &&
                   col<&trade::price>.between(102, 105) && col<&trade::price> * col<&trade::quantity> < 500 &&
                   !(hawser::coalesce(col<&trade::note>, "") == "test"))
            .all();
    // [/conditions]
    const auto all = co_await search(trades, {}, {}, false);
    const auto btc = co_await search(trades, "BTC", rows[0].executed_at, false);
    const auto noted = co_await search(trades, "BTC", {}, true);
    print("conditions", rows.size(), all.size(), btc.size(), noted.size());
}

hawser::task<> pages(hawser::database db) {
    hawser::repository<trade> trades{db};
    std::size_t count = 0;
    // [pages]
    const auto query = trades.where(col<&trade::price> > 0)
                           .order_by(hawser::desc<&trade::executed_at>, hawser::desc<&trade::id>)
                           .limit(4);
    auto page = co_await query.all();
    while (!page.empty()) {
        ++count;
        const trade last = page.back();
        page = co_await query.after(last).all();
    }
    // [/pages]
    hawser::decimal<18, 8> sum;
    // [stream]
    auto stream = trades.where(col<&trade::symbol> == "BTC").stream();
    while (const trade* t = co_await stream.next()) sum += t->quantity;
    // [/stream]
    print("pages", count, sum);
}

hawser::task<> related(hawser::database db) {
    hawser::repository<trade> trades{db};
    hawser::repository<position> positions{db};
    // [join]
    // Rows of trades whose position meets a condition.
    const auto joined =
        co_await trades.join<&trade::position_id>().where(col<&position::quantity> == 0).all();
    // [/join]
    // [include]
    // Trades with their positions: tuples of both rows, one statement.
    const auto pairs = co_await trades.where(col<&trade::price> > 104).include<&trade::position_id>().all();
    for (const auto& [t, p] : pairs) print("include", t.id, p.symbol);
    // [/include]
    // [load-related]
    // Positions, and for each its trades: one statement more, whatever their number.
    const auto held = co_await positions.order_by(hawser::asc<&position::symbol>).all();
    const auto by_position = co_await hawser::load_related<trade, &trade::position_id>(db, held);
    for (const position& p : held) print("related", p.symbol, by_position.at(p.id).size());
    // [/load-related]
    print("joined", joined.size());
}

hawser::task<> values(hawser::database db) {
    hawser::repository<trade> trades{db};
    // [values]
    const std::vector<std::string> symbols =
        co_await trades.distinct().order_by(hawser::asc<&trade::symbol>).pluck<&trade::symbol>();
    const auto bought = co_await trades.where(col<&trade::symbol> == "BTC").sum<&trade::quantity>();
    const std::optional<hawser::decimal<18, 8>> top = co_await trades.max<&trade::price>(); // empty: no rows
    // [/values]
    // [select]
    const std::vector<volume> volumes =
        co_await trades.where(col<&trade::price> > 101)
            .select<volume>(col<&trade::symbol>, hawser::count_all(), hawser::sum(col<&trade::quantity>))
            .group_by(col<&trade::symbol>)
            .having(hawser::count_all() > 1)
            .order_by(hawser::sum(col<&trade::quantity>).desc())
            .all();
    // [/select]
    print("values", symbols.size(), bought, *top);
    for (const volume& v : volumes) print("volume", v.symbol, v.trades, v.total.value());
}

hawser::task<> writes(hawser::database db) {
    hawser::repository<position> positions{db};
    hawser::repository<trade> trades{db};
    // [update-where]
    const hawser::decimal<18, 8> more = 2;
    const std::int64_t changed =
        co_await positions.where(col<&position::symbol>.in("BTC", "ETH"))
            .update(hawser::set<&position::quantity>(hawser::greatest(col<&position::quantity> + more, 0)));
    const std::vector<trade> gone = co_await trades.where(col<&trade::price> < 102).returning().erase();
    const std::int64_t all =
        co_await trades.update(hawser::all_rows, hawser::set<&trade::note>(std::nullopt));
    // [/update-where]
    // [upsert]
    position p{.symbol = "BTC", .quantity = 5};
    co_await positions.upsert(p); // by the only unique: quantity is 5 now
    const auto add = hawser::on_conflict<&position::symbol>.update(
        hawser::set<&position::quantity>(col<&position::quantity> + hawser::excluded<&position::quantity>));
    co_await positions.upsert(p, add); // 10, and p is the stored row
    const bool stored = co_await positions.upsert(p, hawser::on_conflict<&position::symbol>.ignore());
    // [/upsert]
    print("writes", changed, gone.size(), all, p.id, p.quantity, stored);
}

hawser::task<> sql(hawser::database db) {
    // [sql]
    const auto since = hawser::parse_timestamp("2026-03-02T12:02:00Z");
    const std::vector<volume> v =
        co_await db.query<volume, "select symbol, count(*) as trades, dec_sum(quantity) as total from trades "
                                  "where executed_at >= $1 group by symbol order by symbol">(since);
    const auto n = co_await db.query_one<std::int64_t, "select count(*) from trades">();
    using pair = std::tuple<std::string, hawser::decimal<18, 8>>;
    const auto one = co_await db.query_optional<pair, "select symbol, price from trades where id = $1">(7);
    const std::int64_t rows = co_await db.execute<"update trades set note = $1 where id = $2">("seen", 3);
    // [/sql]
    print("sql", v.size(), n, one.has_value(), rows);
    // [lists]
    const std::vector<std::int64_t> ids{2, 3, 4};
    const auto listed =
        co_await db.query<trade, "select * from trades where id in (select value from json_each($1))">(ids);
    // [/lists]
    // [run-time]
    const std::string text =
        "select symbol, max(id) as last from trades where id > $1 group by symbol order by 1";
    const hawser::result any = co_await db.query(hawser::sql(text), 1);
    for (const auto& row : any) print("any", row["symbol"].to_text(), row[1].as<std::int64_t>());
    // [/run-time]
    // [script]
    co_await db.run_script("create view btc as select * from trades where symbol = 'BTC'; analyze;");
    // [/script]
    print("lists", listed.size());
}

hawser::task<> guide() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await fill(db);
    co_await rows(db);
    co_await conditions(db);
    co_await pages(db);
    co_await related(db);
    co_await values(db);
    co_await writes(db);
    co_await sql(db);
    co_await db.close();
}

int main() {
    hawser::run(guide());
}

// prints:
//   rows 1 0 2 5 3 0
//   conditions 3 6 2 0
//   pages 2 9.00000000
//   include 5 BTC
//   include 6 ETH
//   related BTC 3
//   related ETH 3
//   joined 6
//   values 2 9.00000000 106.00000000
//   volume ETH 3 12.00000000
//   volume BTC 2 8.00000000
//   writes 2 1 5 1 10.00000000 0
//   sql 2 5 0 1
//   any BTC 5
//   any ETH 6
//   lists 3
