#pragma once
// The schema of the mapping tests: between them the entities have every column type, key and constraint.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/mixins.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <optional>
#include <string>

namespace app {

using hawser::col;

enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)
consteval auto hawser_words(hawser::of<side>) {
    return hawser::stored_as<side>("BUY", "seller's");
}

enum class phase : unsigned char { open = 3, closed = 7 };
BOOST_DESCRIBE_ENUM(phase, open, closed)

// A natural key of one member, which refers to its own table.
struct venue {
    std::string code;
    std::string name;
    std::optional<std::string> parent;
};
BOOST_DESCRIBE_STRUCT(venue, (), (code, name, parent))

consteval auto hawser_table(hawser::of<venue>) {
    return hawser::table<venue>("venues", hawser::primary_key<&venue::code>,
                                hawser::unique<&venue::name>.named("venues_name_uq"),
                                hawser::references<&venue::parent, venue>.on_delete(hawser::set_null));
}

// A generated key, both mixins, one unique member, indexes and checks.
struct account : hawser::timestamps, hawser::versioned {
    std::int64_t id{};
    std::string email;
    std::string owner;
    bool active{};
    hawser::decimal<18, 2> balance;
    std::optional<std::int32_t> rating;
};
BOOST_DESCRIBE_STRUCT(account, (hawser::timestamps, hawser::versioned),
                      (id, email, owner, active, balance, rating))

consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>(
        "accounts", hawser::primary_key<&account::id>.generated(), hawser::unique<&account::email>,
        hawser::index<&account::owner>,
        hawser::index<&account::active, &account::created_at>.named("idx_accounts_active"),
        hawser::check("accounts_owner_short", "length(owner) <= 64"),
        hawser::check("accounts_balance_low", col<&account::balance> >= hawser::decimal<18, 2>(-5)),
        hawser::check("accounts_rating_stars",
                      col<&account::rating>.is_null() || col<&account::rating>.between(1, 5)),
        hawser::check("accounts_named", !(col<&account::owner> == col<&account::email>)),
        hawser::validate<&account::email>(hawser::not_empty, hawser::max_length(5)),
        hawser::validate<&account::rating>(hawser::range(1, 5)),
        hawser::validate<&account::balance>(
            hawser::range(hawser::decimal<18, 2>::from_scaled(-50), hawser::decimal<18, 2>(100))));
}

// Every type, with and without optional.
struct sample {
    std::int64_t id{};
    std::int8_t i8{};
    std::int16_t i16{};
    std::int32_t i32{};
    std::int64_t i64{};
    std::uint8_t u8{};
    std::uint16_t u16{};
    std::uint32_t u32{};
    bool flag{};
    float f32{};
    double f64{};
    std::string word;
    hawser::timestamp at{};
    hawser::decimal<18, 8> price;
    hawser::decimal<5, 0> lots;
    app::side side{};
    app::phase phase = app::phase::open;
    hawser::json_text document;
    std::optional<std::int8_t> o_i8;
    std::optional<std::int16_t> o_i16;
    std::optional<std::int32_t> o_i32;
    std::optional<std::int64_t> o_i64;
    std::optional<std::uint8_t> o_u8;
    std::optional<std::uint16_t> o_u16;
    std::optional<std::uint32_t> o_u32;
    std::optional<bool> o_flag;
    std::optional<float> o_f32;
    std::optional<double> o_f64;
    std::optional<std::string> o_word;
    std::optional<hawser::timestamp> o_at;
    std::optional<hawser::decimal<18, 8>> o_price;
    std::optional<app::side> o_side;
    std::optional<app::phase> o_phase;
    std::optional<hawser::json_text> o_document;

    bool operator==(const sample&) const = default;
};
BOOST_DESCRIBE_STRUCT(sample, (),
                      (id, i8, i16, i32, i64, u8, u16, u32, flag, f32, f64, word, at, price, lots, side,
                       phase, document, o_i8, o_i16, o_i32, o_i64, o_u8, o_u16, o_u32, o_flag, o_f32, o_f64,
                       o_word, o_at, o_price, o_side, o_phase, o_document))

consteval auto hawser_table(hawser::of<sample>) {
    return hawser::table<sample>(
        "samples", hawser::primary_key<&sample::id>.generated(),
        hawser::check("samples_price_low",
                      col<&sample::price> > hawser::decimal<18, 8>::from_scaled(-50'000'000)),
        hawser::check("samples_sold", col<&sample::side> == side::sell || col<&sample::flag> == true),
        hawser::check("samples_sum", (col<&sample::i32> + col<&sample::i32>) < 100));
}

// A composite natural key and a version; the table's name holds what has a meaning in SQL.
struct holding : hawser::versioned {
    std::int64_t account_id{};
    std::string symbol;
    std::optional<std::string> venue_name;
    std::string owner_email;
    hawser::decimal<18, 8> quantity;
};
BOOST_DESCRIBE_STRUCT(holding, (hawser::versioned), (account_id, symbol, venue_name, owner_email, quantity))

consteval auto hawser_table(hawser::of<holding>) {
    return hawser::table<holding>(
        R"(odd "table"; $1 ? --'s)", hawser::primary_key<&holding::account_id, &holding::symbol>,
        hawser::references<&holding::account_id, account>.on_delete(hawser::restrict_),
        hawser::references<&holding::venue_name, venue, &venue::name>.named("holding_venue"),
        hawser::references<&holding::owner_email, account, &account::email>.on_delete(hawser::cascade),
        hawser::unique<&holding::symbol, &holding::venue_name>, hawser::index<&holding::quantity>,
        hawser::check("holding_quantity", col<&holding::quantity> >= 0));
}

// Nothing but a key.
struct membership {
    std::int64_t account_id{};
    std::string venue_code;
};
BOOST_DESCRIBE_STRUCT(membership, (), (account_id, venue_code))

consteval auto hawser_table(hawser::of<membership>) {
    return hawser::table<membership>("memberships",
                                     hawser::primary_key<&membership::account_id, &membership::venue_code>);
}

// Nothing but a generated key.
struct ticket {
    std::int32_t number{};
};
BOOST_DESCRIBE_STRUCT(ticket, (), (number))

consteval auto hawser_table(hawser::of<ticket>) {
    return hawser::table<ticket>("tickets", hawser::primary_key<&ticket::number>.generated());
}

} // namespace app
