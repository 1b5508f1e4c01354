#pragma once
// A description makes sense: each complaint is one line.
#include <hawser/mapping/mixins.hpp>
#include <hawser/mapping/table/constraints.hpp>

namespace hawser::detail {

// The facts make sense: each message is one line that begins with the entity's trouble.
template <class T>
struct facts_belong {
    template <class F>
    static consteval bool one() {
        if constexpr (requires { members_of<F>::count; })
            return members_of<F>::template all_in<T>;
        else
            return true;
    }
    template <auto M, class O, auto K>
    static consteval bool reference(const references_fact<M, O, K>*) {
        return members_of<listed<M>>::template all_in<T>;
    }
    template <class L, class C>
    static consteval bool reference(const index_fact<L, C>*) {
        return members_of<L>::template all_in<T>;
    }
    template <auto M, class V>
    static consteval bool rule(const default_fact<M, V>*) {
        return has_column<T, M>;
    }
    template <auto M, class... R>
    static consteval bool rule(const validate_fact<M, R...>*) {
        return has_column<T, M>;
    }
    template <class F>
    static consteval bool holds() {
        if constexpr (requires(const F* f) { reference(f); })
            return reference(static_cast<const F*>(nullptr));
        else if constexpr (requires(const F* f) { rule(f); })
            return rule(static_cast<const F*>(nullptr));
        else
            return one<F>();
    }
    template <class... F>
    static consteval bool all(const std::tuple<F...>*) {
        return (holds<F>() && ...);
    }
};

// Keys, indexes and references name each member once, and a member has one default.
struct facts_differ {
    template <auto One, auto... M>
    static constexpr unsigned times = (0u + ... + (is_same_member<One, M> ? 1u : 0u));
    template <auto... M>
    static consteval bool once(member_list<M...>) {
        return ((times<M, M...> == 1) && ...);
    }
    template <auto... M>
    static consteval bool holds(const primary_key_fact<M...>*) {
        return once(member_list<M...>{});
    }
    template <auto... M>
    static consteval bool holds(const unique_fact<M...>*) {
        return once(member_list<M...>{});
    }
    template <class List, class C>
    static consteval bool holds(const index_fact<List, C>*) {
        return once(List{});
    }
    template <auto M, class O, auto K>
    static consteval bool holds(const references_fact<M, O, K>*) {
        return once(listed<M>{});
    }
    static consteval bool holds(const void*) { return true; }
    template <class... F>
    static consteval bool members_once(const std::tuple<F...>*) {
        return (holds(static_cast<const F*>(nullptr)) && ...);
    }

    template <class D, auto M, class V>
    static consteval unsigned gives(const default_fact<M, V>*) {
        return is_member<M, D>() ? 1 : 0;
    }
    template <class D>
    static consteval unsigned gives(const void*) {
        return 0;
    }
    template <class T, class... F>
    static consteval bool defaults_once(const std::tuple<F...>*) {
        return []<class... D>(mp::mp_list<D...>) {
            const auto once = []<class One>(mp::mp_identity<One>) {
                return (0u + ... + gives<One>(static_cast<const F*>(nullptr))) <= 1;
            };
            return (once(mp::mp_identity<D>{}) && ...);
        }(mp::mp_rename<columns<T>, mp::mp_list>{});
    }
};

// Of typed conditions.
template <class T>
struct conditions_belong {
    template <class... C>
    static consteval bool columns(mp::mp_list<C...>) {
        return (has_column<T, C::member> && ...);
    }
    template <class C>
    static consteval bool holds(const check_fact<C>*) {
        return columns(typename columns_in<C>::list{});
    }
    template <class L, class C>
    static consteval bool holds(const index_fact<L, C>*) {
        return columns(typename columns_in<C>::list{});
    }
    static consteval bool holds(const void*) { return true; }
    template <class... F>
    static consteval bool all(const std::tuple<F...>*) {
        return (holds(static_cast<const F*>(nullptr)) && ...);
    }
};

template <class T>
consteval bool every_column_is_mapped() {
    bool all = true;
    for_each_column<T>([&](auto d) { all = all && mapped<bare<column_value<decltype(d)>>>; });
    return all;
}

template <class T>
consteval bool key_is_never_null() {
    bool never = true;
    for_each_column<T>([&](auto d) {
        if (in_key<T, decltype(d)> && nullable<column_value<decltype(d)>>) never = false;
    });
    return never;
}

// on_delete(set_null), on_update(set_null) where the columns can be NULL.
template <class T>
struct nulls_fit {
    template <auto... M>
    static consteval bool all_nullable(member_list<M...>) {
        return (nullable<value_of<M>> && ...);
    }
    template <auto M, class O, auto K>
    static constexpr bool holds(const references_fact<M, O, K>& f) {
        constexpr auto null = referential_action::set_null;
        return (f.action != null && f.on_new_key != null) || all_nullable(listed<M>{});
    }
    static constexpr bool holds(const auto&) { return true; }
    static constexpr bool all() {
        bool fit = true;
        for_each_fact<T>([&](const auto& f) { fit = fit && holds(f); });
        return fit;
    }
};

// Letters of ASCII, whose case no engine's unquoted names and no SQLite name at all regards.
constexpr bool same_name(std::string_view a, std::string_view b) {
    const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (low(a[i]) != low(b[i])) return false;
    return true;
}
template <std::size_t N>
constexpr bool names_differ(const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (same_name(names[i], names[j])) return false;
    return true;
}
template <class T>
consteval bool columns_differ() {
    std::array<std::string_view, column_count<T>> names{};
    std::size_t n = 0;
    for_each_column<T>([&](auto column) { names[n++] = column.name; });
    return names_differ(names);
}
// Of constraints and indexes, which share a name space on PostgreSQL.
template <class T>
struct rule_names {
    template <class List, class C>
    static constexpr void index(const index_fact<List, C>& f, auto& to) {
        if (!f.is_unique) to(name_of<T>(f));
    }
    static constexpr void index(const auto&, auto&) {}
    static constexpr void each(auto to) {
        for (const constraint_info& c : constraint_list<T>::list) to(c.name);
        for_each_fact<T>([&](const auto& f) { index(f, to); });
    }
    static consteval bool differ() {
        constexpr std::size_t count = [] {
            std::size_t n = 0;
            each([&n](std::string_view) { ++n; });
            return n;
        }();
        std::array<std::string_view, count> names{};
        std::size_t n = 0;
        each([&](std::string_view name) { names[n++] = name; });
        return names_differ(names);
    }
};

// PostgreSQL cuts longer names, and then complains by names that nobody gave.
inline constexpr std::size_t longest_name = 63;
template <class T>
consteval bool names_are_short() {
    bool all = meta<T>.name.size() <= longest_name && meta<T>.schema.size() <= longest_name;
    for_each_column<T>(
        [&](auto column) { all = all && std::string_view(column.name).size() <= longest_name; });
    rule_names<T>::each([&](std::string_view name) { all = all && name.size() <= longest_name; });
    return all;
}

// A member of the entity's own with a mixin's name would hide it.
template <class T, class Mixin>
consteval bool has_all_of() {
    if constexpr (std::is_base_of_v<Mixin, T>)
        return [&]<class... D>(mp::mp_list<D...>) {
            return (has_column<T, D::pointer> && ...);
        }(mp::mp_rename<own_members<Mixin>, mp::mp_list>{});
    else
        return true;
}

// A default is of a member that is the caller's to give.
template <class T>
struct defaults_fit {
    template <auto M, class D>
    static consteval bool is_callers() {
        return !is_member<M, D>() || (!is_generated_key<T, D> && role_of<D>() == column_role::plain);
    }
    template <auto M, class V>
    static consteval bool holds(const default_fact<M, V>*) {
        return []<class... D>(mp::mp_list<D...>) {
            return (is_callers<M, D>() && ...);
        }(mp::mp_rename<columns<T>, mp::mp_list>{});
    }
    static consteval bool holds(const void*) { return true; }
    template <class... F>
    static consteval bool all(const std::tuple<F...>*) {
        return (holds(static_cast<const F*>(nullptr)) && ...);
    }
};

// Numbers of the facts make sense.
template <class T>
struct values_fit {
    template <class Rule>
    static constexpr bool rule(const Rule& r) {
        if constexpr (requires { r.is_sensible(); })
            return r.is_sensible();
        else
            return true;
    }
    template <auto M, class... Rules>
    static constexpr bool ranges(const validate_fact<M, Rules...>& f) {
        return std::apply([](const Rules&... r) { return (rule(r) && ...); }, f.rules);
    }
    static constexpr bool ranges(const auto&) { return true; }
    static consteval bool all_ranges() {
        bool fit = true;
        for_each_fact<T>([&](const auto& f) { fit = fit && ranges(f); });
        return fit;
    }
    static consteval bool all_defaults() {
        bool fit = true;
        for_each_default<T>([&](const auto& f) { fit = fit && f.fits; });
        return fit;
    }
};

template <class T>
struct checked {
    static_assert(
        described<T>,
        "hawser: the entity is not described; add BOOST_DESCRIBE_STRUCT(entity, (bases), (members))");
    static_assert(
        entity<T>,
        "hawser: the entity has no table; add consteval auto hawser_table(hawser::of<entity>) next to it");
    static_assert(
        every_column_is_mapped<T>(),
        "hawser: a member of the entity has a type without a mapping; specialise hawser::type_map for it");
    static_assert(every_member_is_described<T>(),
                  "hawser: a member of the entity is missing in its BOOST_DESCRIBE_STRUCT");
    static_assert(std::is_same_v<typename decltype(meta<T>)::entity, T>,
                  "hawser: hawser_table(of<entity>) describes another entity");
    static_assert(find_primary_key<facts_of<T>>::one,
                  "hawser: an entity has exactly one hawser::primary_key<..>");
    static_assert(facts_belong<T>::all(static_cast<const facts_of<T>*>(nullptr)),
                  "hawser: a fact of the entity names a member of another struct");
    static_assert(facts_differ::members_once(static_cast<const facts_of<T>*>(nullptr)),
                  "hawser: a key, index or reference of the entity names a member twice");
    static_assert(facts_differ::defaults_once<T>(static_cast<const facts_of<T>*>(nullptr)),
                  "hawser::default_: a member of the entity has two");
    static_assert(conditions_belong<T>::all(static_cast<const facts_of<T>*>(nullptr)),
                  "hawser: the condition of a check or an index names a column of another entity");
    static_assert(key_is_never_null<T>(), "hawser: a member of the primary key is optional");
    static_assert(nulls_fit<T>::all(),
                  "hawser::references: on_delete(set_null) needs a member that is optional");
    static_assert(has_all_of<T, timestamps>() && has_all_of<T, versioned>() && has_all_of<T, audited>() &&
                      has_all_of<T, soft_deletable>(),
                  "hawser: a member of the entity has the name of a mixin's member and hides it");
    static_assert(columns_differ<T>(), "hawser: two members of the entity have the same column name");
    static_assert(rule_names<T>::differ(),
                  "hawser: two constraints or indexes of the entity have the same name");
    static_assert(names_are_short<T>(),
                  "hawser: the name of a table, column, constraint or index has more than 63 bytes");
    static_assert(defaults_fit<T>::all(static_cast<const facts_of<T>*>(nullptr)),
                  "hawser::default_: the engine or the framework gives this member its value");
    static_assert(values_fit<T>::all_defaults(), "hawser::default_: the member cannot hold this number");
    static_assert(values_fit<T>::all_ranges(), "hawser::range: the lower end comes first");
    using first_of_key = mp::mp_front<typename members_of<primary_key_of<T>>::values>;
    static_assert(!generates_key<T> ||
                      (members_of<primary_key_of<T>>::count == 1 && whole_number<first_of_key>),
                  "hawser: a generated key is one integral member");
    static constexpr bool ok = true;
};

} // namespace hawser::detail
