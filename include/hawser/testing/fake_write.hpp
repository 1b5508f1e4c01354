#pragma once
// What a write makes of a row, in memory.
#include <hawser/mapping/validate.hpp>
#include <hawser/testing/fake_evaluate.hpp>
#include <hawser/testing/fake_table.hpp>
#include <type_traits>
#include <utility>

namespace hawser::detail {

template <class T>
void require_valid_row(const T& row) {
    std::vector<violation> found;
    validate_row<T>(&row, {}, found);
    if (!found.empty()) throw validation_error(table_of<T>.name, std::move(found));
}
template <class T, class... A>
void require_valid_assignments(const A&... set) {
    std::vector<violation> found;
    validate_assignments<T>({}, found, set...);
    if (!found.empty()) throw validation_error(table_of<T>.name, std::move(found));
    parameters sent; // throws for values that cannot be
    (set.bind(sent), ...);
    require_storable(sent);
}

template <class T>
bool is_marked_deleted(const T& row) {
    if constexpr (has_soft_delete<T>)
        return row.deleted_at.has_value();
    else
        return false;
}
template <class T>
bool has_version_of(const T& stored, const T& given) {
    if constexpr (has_version<T>)
        return stored.row_version == given.row_version;
    else
        return true;
}

// Encodes a row, for the errors of values that cannot be sent: no enumerator, no date. Those of a bulk call name the row.
template <class Encode>
void require_sendable(const fake_site& at, Encode encode) {
    parameters values(parameters::text_mode::borrow);
    try {
        encode(values);
        require_storable(values);
    } catch (const error& e) {
        if (!at.row) throw;
        throw_with_row(e, *at.row);
    }
}

// The row as an insert stores it, but for its key.
template <class T>
T as_inserted(const T& row, const stamp& by, const fake_site& at) {
    require_sendable(at, [&](parameters& to) { encode_complete<T>(&row, by, {}, to); });
    T stored = row;
    write_back_insert<T>(&stored, by, 0);
    return stored;
}
// The stored row as update(row) leaves it.
template <class T>
T as_updated(const T& stored, const T& given, const stamp& by) {
    T next = stored;
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if constexpr (updated_columns<T>::template keep<D>() && role_of<D>() == column_role::plain)
            next.*D::pointer = given.*D::pointer;
    });
    write_back_update<T>(&next, by);
    return next;
}

// Sets a member to what the expression makes of `from`: a row, or two that meet.
template <class T, class From, auto Member, class E>
void assign(T& to, const From& from, const assignment<Member, E>& set, const fake_site& at) {
    using V = value_of<Member>;
    auto made = evaluate(set.value, from);
    if (!made) {
        if constexpr (nullable<V>)
            to.*Member = std::nullopt;
        else
            throw_null(at, find_name<T, Member>());
        return;
    }
    if constexpr (is_integer<bare<V>>) {
        if (!std::in_range<bare<V>>(*made)) throw_result_out_of_range();
        to.*Member = static_cast<bare<V>>(*made);
    } else if constexpr (std::is_floating_point_v<bare<V>>) {
        to.*Member = static_cast<bare<V>>(*made);
    } else {
        to.*Member = std::move(*made);
    }
}

// The row as set<..>(..) leave it: all expressions are of the row as it was.
template <class T, class... A>
T as_set(const T& stored, const stamp& by, const fake_site& at, const A&... set) {
    static_assert(settable<T, A...>::ok);
    T next = stored;
    (assign(next, stored, set, at), ...);
    write_back_update<T>(&next, by);
    return next;
}

// Gives the row its generated key. Throws out_of_range where that has no place in its member.
template <class T>
void write_back_insert_key(T& row, std::int64_t key) {
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if constexpr (is_generated_key<T, D>) {
            if (!std::in_range<column_value<D>>(key)) throw_key_out_of_range(table_of<T>.name, D::name);
            row.*D::pointer = static_cast<column_value<D>>(key);
        }
    });
}

// Where an upsert meets a row: what the framework writes, and what the action says.
template <class T>
void write_again(T& next, const T& fresh) {
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        constexpr column_role role = role_of<D>();
        if constexpr (role == column_role::version)
            ++(next.*D::pointer);
        else if constexpr (role != column_role::plain && !is_lasting(role))
            next.*D::pointer = fresh.*D::pointer;
    });
}
template <class T, class Target>
std::optional<T> merged(const keep_stored&, const T&, const T&, const fake_site&) {
    return std::nullopt;
}
template <class T, class Target>
std::optional<T> merged(const take_all&, const T& stored, const T& fresh, const fake_site&) {
    T next = stored;
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if constexpr (role_of<D>() == column_role::plain && !in_key<T, D> &&
                      !members_of<Target>::template contains<D>())
            next.*D::pointer = fresh.*D::pointer;
    });
    write_again(next, fresh);
    return next;
}
template <class T, class Target, class... A>
std::optional<T> merged(const take_these<A...>& action, const T& stored, const T& fresh,
                        const fake_site& at) {
    static_assert(settable<T, A...>::ok);
    T next = stored;
    const meeting<T> both{stored, fresh};
    std::apply([&](const A&... set) { (assign(next, both, set, at), ...); }, action.assignments());
    write_again(next, fresh);
    return next;
}

// What became of an upserted row.
enum class upserted : unsigned char { ignored, inserted, updated };
struct upsert_answer {
    upserted what = upserted::ignored;
    std::int64_t rowid = 0;
};

// upsert() without on_conflict<..>: it has nothing to do where there is nothing but key and target.
struct take_replaced : take_all {};
template <class T, class Target>
std::optional<T> merged(const take_replaced&, const T& stored, const T& fresh, const fake_site& at) {
    if constexpr (count_columns<T, typename upsert_text<T>::replaced> == 0)
        return std::nullopt;
    else
        return merged<T, Target>(take_all{}, stored, fresh, at);
}

// `fresh`: see as_inserted().
template <class Target, class T, class Action>
upsert_answer upsert_into(fake_table<T>& table, T fresh, const Action& action, const fake_site& at) {
    static const std::size_t place = unique_places<T>::template find<Target>();
    fake_table<T>::require_sound(fresh, at);
    const auto met = table.find(place, unique_places<T>::of(fresh).at(place).text);
    if (!met) {
        if constexpr (generates_key<T>) write_back_insert_key(fresh, table.next_rowid(false));
        return {upserted::inserted, table.add(std::move(fresh), at)};
    }
    auto next = merged<T, Target>(action, table.row(*met), fresh, at);
    if (!next) return {};
    table.replace(*met, std::move(*next), at);
    return {upserted::updated, *met};
}

template <class T>
std::int64_t insert_into(fake_table<T>& table, T stored, const fake_site& at) {
    if constexpr (generates_key<T>) write_back_insert_key(stored, table.next_rowid(false));
    return table.add(std::move(stored), at);
}

template <class T>
void erase_from(fake_table<T>& table, std::int64_t rowid, const stamp& by, const fake_site& at) {
    if constexpr (has_soft_delete<T>) {
        T next = table.row(rowid);
        next.deleted_at = by.now;
        write_back_update<T>(&next, by);
        table.replace(rowid, std::move(next), at);
    } else {
        table.remove(rowid);
    }
}

} // namespace hawser::detail
