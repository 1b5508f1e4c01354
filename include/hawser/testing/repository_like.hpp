#pragma once
// What code asks for that is to run on a repository or on a fake of one.
#include <concepts>
#include <cstdint>
#include <hawser/async/task.hpp>
#include <hawser/mapping/table/key.hpp>
#include <optional>
#include <span>
#include <vector>

namespace hawser::testing {

// template <hawser::testing::repository_like<trade> Trades>
// task<> settle(const Trades& trades, std::int64_t id);
//
// repository<T>, fake_repository<T> and what is derived from them. Names the verbs of single rows and whole tables;
// where(..) and what else takes expressions is offered by all of them and found out by its use.
template <class R, class T>
concept repository_like =
    requires(const R& rows, T& row, const key_of_t<T>& key, std::span<const T> many, std::int64_t n) {
        { rows.insert(row) } -> std::same_as<task<void>>;
        { rows.update(row) } -> std::same_as<task<bool>>;
        { rows.erase(key) } -> std::same_as<task<bool>>;
        { rows.get(key) } -> std::same_as<task<T>>;
        { rows.find(key) } -> std::same_as<task<std::optional<T>>>;
        { rows.all() } -> std::same_as<task<std::vector<T>>>;
        { rows.count() } -> std::same_as<task<std::int64_t>>;
        { rows.exists() } -> std::same_as<task<bool>>;
        { rows.bulk_insert(many) } -> std::same_as<task<std::vector<std::int64_t>>>;
        rows.limit(n);
        rows.query();
    };

} // namespace hawser::testing
