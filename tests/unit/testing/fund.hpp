#pragma once
// The entities of the testing kit's tests: money in accounts, and its transfers, so that sums tell what was lost.
#include <hawser/hawser.hpp>

namespace fund {

using hawser::col;
using hawser::task;

struct account : hawser::timestamps, hawser::versioned, hawser::audited, hawser::soft_deletable {
    std::int64_t id{};
    std::string code{};
    std::int64_t balance{};
};
BOOST_DESCRIBE_STRUCT(account,
                      (hawser::timestamps, hawser::versioned, hawser::audited, hawser::soft_deletable),
                      (id, code, balance))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::id>.generated(),
                                  hawser::unique<&account::code>,
                                  hawser::check("accounts_covered", col<&account::balance> >= 0));
}

struct transfer {
    hawser::uuid id{};
    std::int64_t from_id{}, to_id{};
    std::int64_t amount{};
};
BOOST_DESCRIBE_STRUCT(transfer, (), (id, from_id, to_id, amount))
consteval auto hawser_table(hawser::of<transfer>) {
    return hawser::table<transfer>(
        "transfers", hawser::primary_key<&transfer::id>, hawser::default_<&transfer::id>(hawser::uuid_v7),
        hawser::references<&transfer::from_id, account>, hawser::references<&transfer::to_id, account>);
}

inline account make_account(std::string code, std::int64_t balance = 0) {
    account a;
    a.code = std::move(code);
    a.balance = balance;
    return a;
}
inline transfer make_transfer(const account& from, const account& to, std::int64_t amount) {
    transfer t;
    t.from_id = from.id;
    t.to_id = to.id;
    t.amount = amount;
    return t;
}

} // namespace fund
