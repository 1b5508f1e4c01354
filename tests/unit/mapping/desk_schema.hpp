#pragma once
// Entities with renamed columns, defaults of every kind, references of every form and indexes of every form.
#include <atomic>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <optional>
#include <string>

namespace desk {

using hawser::col;

enum class state { open, done };
BOOST_DESCRIBE_ENUM(state, open, done)

// A key of two members, and another unique of two.
struct account {
    std::string broker;
    std::int64_t number{};
    std::string alias;
    std::string region;
};
BOOST_DESCRIBE_STRUCT(account, (), (broker, number, alias, region))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::broker, &account::number>,
                                  hawser::unique<&account::alias, &account::region>,
                                  hawser::index<&account::alias>.unique().named("accounts_alias_uq"));
}

inline std::atomic<int> codes_made{0};
struct new_code {
    std::string operator()() const { return "code-" + std::to_string(++codes_made); }
};
inline std::optional<std::int32_t> new_rank() {
    return 7;
}

struct job : hawser::timestamps {
    std::string code;
    std::string broker;
    std::optional<std::int64_t> account_number;
    std::string alias;
    std::string region;
    std::optional<std::string> note;
    std::string venue = "XNAS";
    std::int32_t lots = 1;
    bool hot = true;
    hawser::decimal<18, 2> price;
    desk::state state = desk::state::open;
    std::int64_t seen{};
    std::optional<std::int32_t> rank;
};
BOOST_DESCRIBE_STRUCT(job, (hawser::timestamps),
                      (code, broker, account_number, alias, region, note, venue, lots, hot, price, state,
                       seen, rank))
consteval auto hawser_table(hawser::of<job>) {
    using hawser::default_;
    return hawser::table<job>(
        "jobs", hawser::primary_key<&job::code>, hawser::rename<&job::note>("remark"),
        hawser::rename<&job::account_number>("number"), hawser::rename<&job::updated_at>("changed_at"),
        default_<&job::code>(new_code{}), default_<&job::rank>(&new_rank),
        default_<&job::venue>("X'NAS"), default_<&job::lots>(1), default_<&job::hot>(true),
        default_<&job::price>(2), default_<&job::state>(state::open),
        default_<&job::seen>(hawser::sql_default("unixepoch()", "extract(epoch from now())::bigint")),
        hawser::unique<&job::note>,
        hawser::references<hawser::members<&job::broker, &job::account_number>, account>
            .on_delete(hawser::cascade)
            .on_update(hawser::cascade),
        hawser::references<hawser::members<&job::region, &job::alias>, account,
                           hawser::members<&account::region, &account::alias>>
            .named("jobs_place_fk")
            .on_update(hawser::set_default)
            .initially_deferred(),
        hawser::references<&job::alias, account, &account::alias>.deferrable(),
        hawser::index<&job::venue, &job::updated_at>.descending<&job::updated_at>(),
        hawser::index<&job::note>.where("remark is not null").named("jobs_noted"),
        hawser::index<&job::venue>.unique().where(col<&job::hot> == true).named("jobs_hot_uq"),
        hawser::index<&job::lots>.where(col<&job::note>.is_not_null() && col<&job::lots> > 5),
        hawser::validate<&job::code>(hawser::not_empty), hawser::validate<&job::lots>(hawser::range(0, 1000)),
        hawser::validate<&job::note>(hawser::max_length(8)));
}

// All key: an upsert has nothing to change.
struct label {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(label, (), (text))
consteval auto hawser_table(hawser::of<label>) {
    return hawser::table<label>("labels", hawser::primary_key<&label::text>);
}

// A key that is made here, a unique index as the target of upserts.
struct ticket {
    hawser::uuid id;
    std::string venue;
    std::int64_t number{};
    std::int32_t prints{};
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, venue, number, prints))
consteval auto hawser_table(hawser::of<ticket>) {
    return hawser::table<ticket>("tickets", hawser::primary_key<&ticket::id>,
                                 hawser::default_<&ticket::id>(hawser::uuid_v7),
                                 hawser::index<&ticket::venue, &ticket::number>.unique());
}

// References with each action.
struct seat {
    std::int64_t id{};
    std::optional<std::string> held_by;
    std::optional<std::string> sold_to;
    std::optional<std::string> kept_for = "nobody";
    std::optional<std::string> swept_by;
};
BOOST_DESCRIBE_STRUCT(seat, (), (id, held_by, sold_to, kept_for, swept_by))
consteval auto hawser_table(hawser::of<seat>) {
    using namespace hawser;
    return table<seat>(
        "seats", primary_key<&seat::id>, default_<&seat::kept_for>("nobody"),
        references<&seat::held_by, label>.on_delete(restrict_).on_update(restrict_),
        references<&seat::sold_to, label>.on_delete(set_null).on_update(set_null),
        references<&seat::kept_for, label>.on_delete(set_default).on_update(set_default),
        references<&seat::swept_by, label>.on_delete(cascade).on_update(cascade).named("swept"));
}

} // namespace desk
