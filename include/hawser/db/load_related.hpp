#pragma once
// The rows that refer to given rows: to-many, in one query.
#include <hawser/db/repository.hpp>
#include <ranges>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hawser {

namespace detail {

template <class Child, auto Member, class Query>
task<std::unordered_map<bare<value_of<Member>>, std::vector<Child>>> related(
    Query query, std::unordered_map<bare<value_of<Member>>, std::vector<Child>> found) {
    if (found.empty()) co_return found;
    std::vector<bare<value_of<Member>>> keys;
    keys.reserve(found.size());
    for (const auto& [key, none] : found) keys.push_back(key);
    auto rows = co_await query.where(col<Member>.in(std::move(keys))).all();
    for (Child& row : rows) {
        const auto& key = row.*Member;
        if constexpr (nullable<value_of<Member>>)
            found.find(*key)->second.push_back(std::move(row));
        else
            found.find(key)->second.push_back(std::move(row));
    }
    co_return found;
}

} // namespace detail

// For each of these rows the rows of the query that refer to it by Member, in the order of the query; none where
// there are none. Rows are read before this returns. One statement, whatever their number.
//
//   auto by_position = co_await hawser::load_related<&trade::position_id>(
//       trades.where(..).order_by(hawser::asc<&trade::id>), positions);
template <auto Member, class Query, std::ranges::input_range Rows>
    requires requires { typename Query::entity; }
[[nodiscard]] auto load_related(const Query& query, const Rows& rows) {
    using Child = typename Query::entity;
    static_assert(detail::declares<Child, Member>,
                  "hawser: load_related<> goes along a member that hawser::references<..> declares");
    using parts = detail::reference_of<Child, Member>;
    static_assert(std::is_same_v<std::ranges::range_value_t<Rows>, typename parts::other>,
                  "hawser: load_related<> takes rows of the entity that the member refers to");
    std::unordered_map<detail::bare<detail::value_of<Member>>, std::vector<Child>> found;
    for (const auto& row : rows) found.try_emplace(parts::key_of(row));
    return detail::related<Child, Member>(query, std::move(found));
}

// The same of all rows of Child: load_related<trade, &trade::position_id>(db, positions).
template <entity Child, auto Member, std::ranges::input_range Rows>
[[nodiscard]] auto load_related(const executor_ref& on, const Rows& rows) {
    return load_related<Member>(repository<Child>(on).query(), rows);
}

} // namespace hawser
