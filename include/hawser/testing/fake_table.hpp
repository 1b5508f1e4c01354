#pragma once
// The rows of a fake repository, and what the description of their table demands of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hawser/mapping/evaluate.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/update.hpp>
#include <hawser/testing/fake_failure.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hawser::detail {

// Values as one text that only equal values have; nothing where one of them is NULL, which is like nothing.
[[nodiscard]] std::optional<std::string> distinct_text(std::span<const field_view> values);
// Throws out_of_range for NaN, which SQLite does not store.
void require_storable(const parameters& values);

template <auto... M, class T>
std::optional<std::string> distinct_text_of(const T& row, member_list<M...>) {
    parameters values(parameters::text_mode::borrow);
    (encode(row.*M, values), ...);
    return distinct_text(values.slice(0, values.size()));
}

// What a row is in one key or unique.
struct unique_place {
    std::span<const std::string_view> columns;
    std::optional<std::string> text; // nothing: no other row can be in its way
    bool partial = false;            // an index of some rows
};

// Whether SQLite takes the key for its rowid: one column of integers.
template <class T>
consteval bool key_is_rowid() {
    using values = typename members_of<primary_key_of<T>>::values;
    if constexpr (mp::mp_size<values>::value == 1)
        return type_map<mp::mp_front<values>>::sqlite == "INTEGER";
    else
        return false;
}

// The keys and uniques of T. SQLite looks at its rowid first, then at the indexes: the one made last leads.
template <class T>
class unique_places {
public:
    static std::vector<unique_place> of(const T& row) { return listed_for(&row); }
    // Their columns alone.
    static std::vector<unique_place> list() { return listed_for(nullptr); }
    // The index in both lists of what is over these columns, in any order.
    template <class Fact>
    static std::size_t find() {
        constexpr std::span<const std::string_view> wanted = members_of<Fact>::template names<T>;
        const auto places = list();
        for (std::size_t i = 0; i < places.size(); ++i)
            if (!places[i].partial && std::is_permutation(places[i].columns.begin(), places[i].columns.end(),
                                                          wanted.begin(), wanted.end()))
                return i;
        return places.size();
    }

private:
    static std::vector<unique_place> listed_for(const T* row) {
        unique_places all(row);
        for_each_fact<T>([&](const auto& f) { all.constraint(f); });
        for_each_fact<T>([&](const auto& f) { all.index(f); });
        std::vector<unique_place> sorted(all.found_.rbegin(), all.found_.rend());
        if (all.rowid_) sorted.insert(sorted.begin(), *all.rowid_);
        return sorted;
    }
    explicit unique_places(const T* row) : row_(row) {}

    template <auto... M>
    void constraint(const primary_key_fact<M...>&) {
        unique_place p = place<primary_key_fact<M...>>(member_list<M...>{});
        if constexpr (key_is_rowid<T>())
            rowid_ = std::move(p);
        else
            found_.push_back(std::move(p));
    }
    template <auto... M>
    void constraint(const unique_fact<M...>&) {
        found_.push_back(place<unique_fact<M...>>(member_list<M...>{}));
    }
    void constraint(const auto&) {}
    template <class List, class C>
    void index(const index_fact<List, C>& f) {
        if (!f.is_unique) return;
        unique_place p = place<List>(List{});
        p.partial = !std::is_same_v<C, no_condition>;
        if (p.text && !holds(f.condition)) p.text.reset();
        found_.push_back(std::move(p));
    }
    void index(const auto&) {}

    template <class Fact, class List>
    unique_place place(List list) const {
        return {members_of<Fact>::template names<T>, row_ ? distinct_text_of(*row_, list) : std::nullopt};
    }
    template <class C>
    bool holds(const C& condition) const {
        if constexpr (std::is_same_v<C, no_condition>)
            return true;
        else if constexpr (condition_or_not<C>)
            return evaluate(condition, *row_) == truth(true);
        else
            return false; // of SQL text nothing is known
    }
    template <class C>
    static constexpr bool condition_or_not = hawser::detail::condition<C>;

    const T* row_; // null: no texts
    std::optional<unique_place> rowid_;
    std::vector<unique_place> found_;
};

// Keeps what SQLite keeps by itself: keys, uniques, typed checks.
//
// Invariants
// 1. rows_ is in the order in which SQLite scans the table.
// 2. taken_[i] holds the text of each row's i-th place, with its rowid, where there is one.
// 3. A call that throws has changed nothing.
template <class T>
class fake_table {
public:
    using rows_type = std::map<std::int64_t, T>;

    [[nodiscard]] const rows_type& rows() const noexcept { return rows_; }
    [[nodiscard]] const T& row(std::int64_t id) const { return rows_.at(id); }

    // The next rowid that SQLite would choose: of a bulk insert it is above zero.
    [[nodiscard]] std::int64_t next_rowid(bool bulk) const {
        if (rows_.empty()) return 1;
        const std::int64_t last = rows_.rbegin()->first;
        return (bulk && last < 0 ? 0 : last) + 1;
    }

    // The rowid of the row that has the same values there.
    [[nodiscard]] std::optional<std::int64_t> find(std::size_t place,
                                                   const std::optional<std::string>& text) const {
        if (!text || place >= taken_.size()) return std::nullopt;
        const auto at = taken_[place].find(*text);
        if (at == taken_[place].end()) return std::nullopt;
        return at->second;
    }
    [[nodiscard]] std::optional<std::int64_t> find(const key_of_t<T>& key) const {
        parameters values(parameters::text_mode::borrow);
        encode_key<T>(key, values);
        return find(key_place(), distinct_text(values.slice(0, values.size())));
    }
    [[nodiscard]] static std::size_t key_place() {
        static const std::size_t place = unique_places<T>::template find<primary_key_of<T>>();
        return place;
    }

    // What a row has to be before others are looked at.
    static void require_sound(const T& row, const fake_site& at) {
        for_each_fact<T>([&](const auto& f) { check(f, row, at); });
    }

    // The row has its key. Gives its rowid.
    std::int64_t add(T row, const fake_site& at) {
        require_sound(row, at);
        const auto places = unique_places<T>::of(row);
        require_free(places, std::nullopt, at);
        std::int64_t id = next_rowid(false);
        if constexpr (key_is_rowid<T>()) id = rowid_of(row);
        take(places, id);
        rows_.emplace(id, std::move(row));
        return id;
    }
    void replace(std::int64_t id, T row, const fake_site& at) {
        require_sound(row, at);
        const auto places = unique_places<T>::of(row);
        require_free(places, id, at);
        remove(id);
        if constexpr (key_is_rowid<T>()) id = rowid_of(row);
        take(places, id);
        rows_.emplace(id, std::move(row));
    }
    void remove(std::int64_t id) {
        const auto places = unique_places<T>::of(rows_.at(id));
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i].text) taken_[i].erase(*places[i].text);
        rows_.erase(id);
    }

private:
    static std::int64_t rowid_of(const T& row) {
        parameters values(parameters::text_mode::borrow);
        encode_key_of<T>(&row, values);
        return values.slice(0, 1)[0].integer;
    }
    template <class C>
    static void check(const check_fact<C>& f, const T& row, const fake_site& at) {
        if constexpr (condition<C>)
            if (evaluate(f.condition, row) == truth(false)) throw_check_fails(at, f.name);
    }
    static void check(const auto&, const T&, const fake_site&) {}

    void require_free(const std::vector<unique_place>& places, std::optional<std::int64_t> self,
                      const fake_site& at) const {
        for (std::size_t i = 0; i < places.size(); ++i)
            if (const auto other = find(i, places[i].text); other && other != self)
                throw_taken(at, places[i].columns);
    }
    void take(const std::vector<unique_place>& places, std::int64_t id) {
        taken_.resize(places.size());
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i].text) taken_[i].emplace(*places[i].text, id);
    }

    rows_type rows_;
    std::vector<std::unordered_map<std::string, std::int64_t>> taken_;
};

// Work on several rows that is done whole or not at all.
template <class T, class Work>
auto whole_or_not(fake_table<T>& table, Work work) {
    fake_table<T> before = table;
    try {
        return work();
    } catch (...) {
        table = std::move(before);
        throw;
    }
}

} // namespace hawser::detail
