#pragma once
// What a table is besides its columns: keys, constraints, indexes, validation.
#include <array>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/default.hpp>
#include <string_view>
#include <tuple>

namespace hawser {

// What a foreign key does when the row it points to goes, or gets another key.
enum class referential_action : unsigned char { no_action, restrict_, cascade, set_null, set_default };
inline constexpr auto no_action = referential_action::no_action;
inline constexpr auto restrict_ = referential_action::restrict_;
inline constexpr auto cascade = referential_action::cascade;
inline constexpr auto set_null = referential_action::set_null;
inline constexpr auto set_default = referential_action::set_default;

namespace detail {

// Several members where one could stand, see members<..>.
template <auto... Members>
struct member_list {};
template <auto... Members>
consteval member_list<Members...> as_list(member_list<Members...> list) {
    return list;
}
template <auto Members>
consteval auto list_of_members() {
    if constexpr (requires { detail::as_list(Members); })
        return detail::as_list(Members);
    else
        return member_list<Members>{};
}
template <auto Members>
using listed = decltype(list_of_members<Members>());

template <auto... Members>
struct primary_key_fact {
    static_assert(sizeof...(Members) > 0, "hawser::primary_key: name at least one member");
    bool is_generated = false;
    // The engine makes the key on insert: one integral member.
    consteval primary_key_fact generated() const { return {true}; }
};

template <auto... Members>
struct unique_fact {
    std::string_view name{};
    consteval unique_fact named(std::string_view n) const { return {n}; }
};

// No condition, text, or an expression of columns and constants.
struct no_condition {};
template <class Condition>
consteval auto schema_condition(Condition condition) {
    if constexpr (std::is_convertible_v<Condition, std::string_view>)
        return std::string_view(condition);
    else
        return condition;
}

template <class List, class Condition>
struct index_fact;
template <auto... Members, class Condition>
struct index_fact<member_list<Members...>, Condition> {
    std::string_view name{};
    bool is_unique = false;
    std::array<bool, sizeof...(Members)> descends{};
    Condition condition{};

    consteval index_fact named(std::string_view n) const { return {n, is_unique, descends, condition}; }
    consteval index_fact unique() const { return {name, true, descends, condition}; }
    // These of its members, from high to low: index<&t::symbol, &t::executed_at>.descending<&t::executed_at>()
    template <auto... Falling>
    consteval index_fact descending() const {
        static_assert((has<Falling>() && ...),
                      "hawser::index: descending<..> names a member that the index does not have");
        return {name, is_unique, {falls<Members, Falling...>()...}, condition};
    }
    // Of the rows that meet the condition only: typed, or SQL text.
    template <class C>
    consteval auto where(C c) const {
        auto made = schema_condition(c);
        return index_fact<member_list<Members...>, decltype(made)>{name, is_unique, descends, made};
    }

private:
    template <auto M>
    static consteval bool has() {
        return (is_same_member<M, Members> || ...);
    }
    template <auto M, auto... Falling>
    static consteval bool falls() {
        return (is_same_member<M, Falling> || ...);
    }
};

enum class deferral : unsigned char { none, possible, initial };

template <auto Member, class Other, auto Key>
struct references_fact {
    referential_action action = referential_action::no_action;
    std::string_view name{};
    referential_action on_new_key = referential_action::no_action;
    detail::deferral deferral = detail::deferral::none;
    consteval references_fact on_delete(referential_action a) const {
        return {a, name, on_new_key, deferral};
    }
    consteval references_fact on_update(referential_action a) const { return {action, name, a, deferral}; }
    consteval references_fact named(std::string_view n) const { return {action, n, on_new_key, deferral}; }
    // May be checked at COMMIT (PostgreSQL: after SET CONSTRAINTS; SQLite: after PRAGMA defer_foreign_keys).
    consteval references_fact deferrable() const {
        return {action, name, on_new_key, detail::deferral::possible};
    }
    // Is checked at COMMIT.
    consteval references_fact initially_deferred() const {
        return {action, name, on_new_key, detail::deferral::initial};
    }
};

template <class Condition>
struct check_fact {
    std::string_view name;
    Condition condition; // SQL text, or an expression of columns and constants
};

// The columns that an expression speaks of; of SQL text they are not known.
template <class E, class = void>
struct columns_in {
    using list = mp::mp_list<>;
};

// A rule, or a function that makes it.
template <class Rule>
constexpr auto as_rule(Rule rule) {
    if constexpr (std::is_invocable_v<Rule>)
        return rule();
    else
        return rule;
}

template <auto Member, class... Rules>
struct validate_fact {
    std::tuple<Rules...> rules;
};

template <class T, class... Facts>
struct table_facts {
    using entity = T;
    std::string_view name;
    std::tuple<Facts...> facts;
    std::string_view schema{};
    // "quantum"."teams" on PostgreSQL, where create_tables makes the schema; "quantum_teams" on SQLite, which has
    // none. The names of indexes get the same prefix there, since they are one name space of the whole file.
    consteval table_facts in_schema(std::string_view s) const { return {name, facts, s}; }
};

// Stands for "the other table's primary key".
struct its_primary_key {};

} // namespace detail

// What names a row, once in a table: one member or several, none optional. Reads and writes by key take the member's
// value, or a std::tuple of several in this order.
//   primary_key<&trade::id>.generated()                one integer, made by the engine and written back by insert; an
//                                                      insert of a key that the member does not hold is out_of_range
//   primary_key<&bar::symbol, &bar::opened_at>         made by the caller, or by the generators of default_<..>
template <auto... Members>
inline constexpr detail::primary_key_fact<Members...> primary_key{};
// No two rows have the same values of these; one NULL among them makes a row like no other. Its name, unless it is
// .named(".."), is PostgreSQL's own: <table>_<columns>_key.
template <auto... Members>
inline constexpr detail::unique_fact<Members...> unique{};
// Called <table>_<columns>_idx unless it is .named(".."), so name one of two over the same members.
//   index<&trade::symbol, &trade::executed_at>.descending<&trade::executed_at>()      symbol up, executed_at down
//   index<&trade::note>.where(col<&trade::note>.is_not_null())                        of some rows; or SQL text
//   index<&trade::venue>.unique()                    what upserts may name in on_conflict, unless it is of some rows
template <auto... Members>
inline constexpr detail::index_fact<detail::member_list<Members...>, detail::no_condition> index{};

// A foreign key. A row that points to none is foreign_key_violation, as is a row that goes while others point to it,
// unless .on_delete(..) says what becomes of them: cascade, set_null (the members are optional), set_default,
// restrict_ (now, whatever is deferred). .on_update(..) is about the key that it points to. .deferrable() and
// .initially_deferred() let it be checked at COMMIT. NULL in one of the members points to nothing and is let pass.
//
// references<&trade::position_id, position>                     to its primary key
// references<&trade::position_id, position, &position::code>    to another unique of it
// references<members<&leg::account_id, &leg::symbol>, holding>  to a key of several members, in its order
template <auto... Members>
inline constexpr detail::member_list<Members...> members{};
template <auto Member, class Other, auto Key = detail::its_primary_key{}>
inline constexpr detail::references_fact<Member, Other, Key> references{};

// A condition that the engine keeps for every row, else check_violation: typed, of the entity's own columns and
// constants, or SQL text that both engines understand.
template <class Condition>
consteval auto check(std::string_view name, Condition condition) {
    auto made = detail::schema_condition(condition);
    return detail::check_fact<decltype(made)>{name, made};
}

// The column is called so in SQL; in C++ the member keeps its name, and violations of rules tell that one.
template <auto Member>
consteval auto rename(const char* column) {
    return detail::rename_fact<Member>{column};
}

// Rules that a member's value keeps before it travels: not_empty, min_length(n), max_length(n), range(low, high),
// positive, one_of(..), matches<"..">, email, url, uuid_text, symbol, rule(name, message, test), any bool(value), or a
// struct of your own, see validators.hpp. An optional without a value breaks none. All violations are told at once, by
// validation_error; those of bulk calls and units with the index of the row or operation.
//
// Checked are whole rows in insert, update(row), upsert and their bulk forms, and the values of set<..>(..) in every
// other update. What an expression makes, and what others write past Hawser, is the engine's to check.
template <auto Member, class... Rules>
consteval auto validate(Rules... rules) {
    return detail::validate_fact<Member, decltype(detail::as_rule(rules))...>{{detail::as_rule(rules)...}};
}

// The result of hawser_table(hawser::of<T>): the table's name and its facts.
template <class T, class... Facts>
consteval auto table(std::string_view name, Facts... facts) {
    return detail::table_facts<T, Facts...>{name, {facts...}, {}};
}

} // namespace hawser
