// The code of docs/guides/entities.md.
#include <hawser/hawser.hpp>
#include <iostream>

// [struct]
namespace app {

struct position {
    std::int64_t id{};
    std::string symbol{};
    hawser::decimal<18, 8> quantity{};
    std::optional<std::string> note{};
};
BOOST_DESCRIBE_STRUCT(position, (), (id, symbol, quantity, note))

consteval auto hawser_table(hawser::of<position>) {
    return hawser::table<position>("positions", hawser::primary_key<&position::id>.generated(),
                                   hawser::unique<&position::symbol>);
}

} // namespace app
// [/struct]

namespace app {

// [natural-key]
struct bar {
    std::string symbol{};
    hawser::timestamp at{};
    hawser::decimal<18, 8> close{};
};
BOOST_DESCRIBE_STRUCT(bar, (), (symbol, at, close))
consteval auto hawser_table(hawser::of<bar>) {
    return hawser::table<bar>("bars", hawser::primary_key<&bar::symbol, &bar::at>);
}
// [/natural-key]

// [own-key]
struct order {
    hawser::uuid id{};
    std::string symbol{};
};
BOOST_DESCRIBE_STRUCT(order, (), (id, symbol))
consteval auto hawser_table(hawser::of<order>) {
    return hawser::table<order>("orders", hawser::primary_key<&order::id>,
                                hawser::default_<&order::id>(hawser::uuid_v7));
}
// [/own-key]

// [enum]
enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)
consteval auto hawser_words(hawser::of<side>) {
    return hawser::stored_as<side>("BUY", "SELL");
}
// [/enum]

// [facts]
struct trade {
    std::int64_t id{};
    std::int64_t position_id{};
    std::string symbol{}, exchange = "XNAS", exchange_id{};
    app::side side{};
    hawser::decimal<18, 8> price{}, quantity{};
    hawser::timestamp executed_at{};
    std::optional<std::string> note{};
};
BOOST_DESCRIBE_STRUCT(trade, (),
                      (id, position_id, symbol, exchange, exchange_id, side, price, quantity, executed_at,
                       note))
consteval auto hawser_table(hawser::of<trade>) {
    using hawser::col;
    return hawser::table<trade>(
               "trades", hawser::primary_key<&trade::id>.generated(),
               hawser::unique<&trade::exchange, &trade::exchange_id>.named("trades_exchange_uq"),
               hawser::references<&trade::position_id, position>.on_delete(hawser::cascade),
               hawser::references<&trade::symbol, position, &position::symbol>,
               hawser::index<&trade::symbol, &trade::executed_at>.descending<&trade::executed_at>(),
               hawser::index<&trade::note>.where(col<&trade::note>.is_not_null()).named("trades_noted"),
               hawser::check("trades_price_positive", col<&trade::price> > 0),
               hawser::check("trades_symbol_upper", "symbol = upper(symbol)"),
               hawser::rename<&trade::side>("direction"), hawser::default_<&trade::exchange>("XNAS"))
        .in_schema("market");
}
// [/facts]

// [rules]
struct user {
    std::int64_t id{};
    std::string name{}, email{}, currency{};
    std::int32_t age{};
    hawser::decimal<18, 2> floor{}, ceiling{};
    std::optional<std::string> site{};
};
BOOST_DESCRIBE_STRUCT(user, (), (id, name, email, currency, age, floor, ceiling, site))
consteval auto hawser_table(hawser::of<user>) {
    using hawser::validate;
    return hawser::table<user>(
        "users", hawser::primary_key<&user::id>.generated(), hawser::unique<&user::email>,
        validate<&user::name>(hawser::not_empty, hawser::max_length(32), hawser::matches<"[a-z][a-z0-9_]*">),
        validate<&user::email>(hawser::email), validate<&user::site>(hawser::url), // where there is one
        validate<&user::currency>(hawser::one_of("EUR", "USD")), validate<&user::age>(hawser::range(18, 150)),
        validate<&user::ceiling>(
            hawser::positive,
            hawser::rule("whole", "must be whole", [](const auto& v) { return v.scaled() % 100 == 0; })),
        hawser::validate_row("floor_below_ceiling", "the floor must be below the ceiling",
                             [](const user& u) { return u.floor < u.ceiling; }));
}
// [/rules]

// [mixins]
struct team : hawser::timestamps, hawser::versioned, hawser::audited, hawser::soft_deletable {
    std::int64_t id{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(team, (hawser::timestamps, hawser::versioned, hawser::audited, hawser::soft_deletable),
                      (id, name))
consteval auto hawser_table(hawser::of<team>) {
    return hawser::table<team>("teams", hawser::primary_key<&team::id>.generated(),
                               hawser::index<&team::name>.unique().where("deleted_at is null"));
}
// [/mixins]

// [own-type]
struct basis_points {
    std::int32_t value{};
};
// [/own-type]

struct fee {
    std::string venue{};
    basis_points rate{};
    std::optional<basis_points> rebate{};
};
BOOST_DESCRIBE_STRUCT(fee, (), (venue, rate, rebate))
consteval auto hawser_table(hawser::of<fee>) {
    return hawser::table<fee>("fees", hawser::primary_key<&fee::venue>);
}

} // namespace app

// [type-map]
template <>
struct hawser::type_map<app::basis_points> {
    static constexpr std::string_view sqlite = "INTEGER", postgres = "integer";
    static void encode(const app::basis_points& v, parameters& p) { p.integer(v.value); }
    static bool decode(const field_view& f, app::basis_points& out) {
        if (f.type != field_type::int64) return false; // it does not hold one
        out.value = static_cast<std::int32_t>(f.integer);
        return out.value == f.integer;
    }
};
// [/type-map]

using namespace app;

hawser::task<> keys(hawser::database db) {
    // [keys]
    position p{.symbol = "BTC"};
    co_await hawser::repository<position>{db}.insert(p); // p.id is the key that the database made

    hawser::repository<bar> bars{db};
    bar b{.symbol = "BTC", .at = hawser::parse_timestamp("2026-03-02T12:00:00Z"), .close = 64250};
    co_await bars.insert(b);
    const bar same = co_await bars.get({"BTC", b.at}); // a key of several members, in their order

    order o{.symbol = "BTC"};
    co_await hawser::repository<order>{db}.insert(o); // o.id was made by uuid_v7
    // [/keys]
    std::cout << p.id << ' ' << same.close << ' ' << o.id.version() << '\n';
}

hawser::task<> violations(hawser::database db) {
    // [violations]
    user u{.name = "Ann", .email = "ann", .currency = "EUR", .age = 17, .floor = 5, .ceiling = 3};
    try {
        co_await hawser::repository<user>{db}.insert(u); // nothing is sent
    } catch (const hawser::validation_error& e) {
        for (const hawser::violation& v : e.violations())
            std::cout << v.field << ' ' << v.rule << ": " << v.message << '\n';
    }
    // [/violations]
}

hawser::task<> writing(hawser::database db) {
    // [who]
    hawser::repository<team> teams{db.with({.actor = "ann", .reason = "season 2026"})};
    team ajax;
    ajax.name = "Ajax";
    co_await teams.insert(ajax); // created_at, created_by, row_version 1, ..
    ajax.name = "AFC Ajax";
    team older = ajax;
    co_await teams.update(ajax); // row_version 2, updated_at, updated_by, change_reason
    const auto stale = co_await hawser::as_result(teams.update(older)); // still 1
    // [/who]
    std::cout << ajax.row_version << ' ' << *ajax.created_by << ' ' << *ajax.change_reason << ' '
              << stale.error().id() << '\n';
    // [erase]
    co_await teams.erase(ajax.id); // sets deleted_at
    const auto gone = co_await teams.find(ajax.id);
    const auto kept = co_await teams.with_deleted().where(hawser::col<&team::id> == ajax.id).one();
    co_await teams.restore(ajax.id);
    co_await teams.purge(ajax.id); // for good
    // [/erase]
    std::cout << gone.has_value() << kept.deleted_at.has_value() << '\n';
}

hawser::task<> own_type(hawser::database db) {
    hawser::repository<fee> fees{db};
    fee f{.venue = "XNAS", .rate = {25}};
    co_await fees.insert(f);
    const auto found = co_await fees.where(hawser::col<&fee::rate> == basis_points{25}).one();
    using rate = std::optional<basis_points>;
    const auto raw = co_await db.query_one<rate, "select rate from fees where rate = $1">(found.rate);
    std::cout << raw->value << found.rebate.has_value() << '\n';
}

hawser::task<> guide() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    // [tables]
    co_await db.create_tables<position, bar, order, trade, user, team>();
    // [/tables]
    co_await keys(db);
    co_await violations(db);
    co_await writing(db);
    co_await db.create_tables<fee>();
    co_await own_type(db);
    co_await db.close();
}

int main() {
    std::cout << hawser::create_sqlite<position> << hawser::create_postgres<position>;
    hawser::run(guide());
}

// prints:
//   create table if not exists "positions" ("id" INTEGER primary key, "symbol" TEXT not null, "quantity" INTEGER not null constraint "positions_quantity_check" check ("quantity" between -999999999999999999 and 999999999999999999), "note" TEXT, constraint "positions_symbol_key" unique ("symbol")) strict;
//   create table if not exists "positions" ("id" bigint generated by default as identity not null, "symbol" text not null, "quantity" numeric(18,8) not null, "note" text, constraint "positions_pkey" primary key ("id"), constraint "positions_symbol_key" unique ("symbol"));
//   1 64250.00000000 7
//   name matches: must look like [a-z][a-z0-9_]*
//   email email: must be an e-mail address
//   age range: must be from 18 to 150
//    floor_below_ceiling: the floor must be below the ceiling
//   2 ann season 2026 DB_TXN_003
//   01
//   250
