#pragma once
// What an upsert does where a row is there already: on_conflict<&position::symbol>.update(set<..>(..)).
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/select/returning.hpp>
#include <hawser/mapping/update.hpp>
#include <hawser/mapping/validate.hpp>
#include <tuple>
#include <utility>

namespace hawser {

namespace detail {

// The row that is there: its columns are qualified, since those of the new row have the same names.
template <class T, dialect D>
struct stored_row {};
template <class T, dialect D>
struct scope<stored_row<T, D>> {
    template <auto Member>
    static constexpr bool has = has_column<T, Member>;
    template <auto Member>
    static constexpr bool may_lack = false;
    template <auto Member>
    static constexpr void write(text_sink& s) {
        (write_table_qualifier<T>(s, D) << '.').name(find_name<T, Member>());
    }
};

template <class S>
inline constexpr bool is_stored_row = false;
template <class T, dialect D>
inline constexpr bool is_stored_row<stored_row<T, D>> = true;

template <auto Member>
struct excluded_column : operand_methods<excluded_column<Member>> {
    using value_type = bare<value_of<Member>>;
    static constexpr bool may_be_null = nullable<value_of<Member>>;
    using parts = mp::mp_list<>;
    template <class S>
    static constexpr void write(expression_sink& s) {
        static_assert(is_stored_row<S>, "hawser: excluded<> is for on_conflict<..>.update(..)");
        if constexpr (is_stored_row<S>) write_new(s, static_cast<const S*>(nullptr));
    }
    static void bind(parameters&) {}

private:
    template <class T, dialect D>
    static constexpr void write_new(expression_sink& s, const stored_row<T, D>*) {
        static_assert(has_column<T, Member>, "hawser: excluded<> names a member of another struct");
        (s.out << "excluded.").name(find_name<T, Member>());
    }
};

// `column = ` what the framework gives it, of a row that is written again; nothing for the caller's columns.
template <class T, class D>
constexpr void write_again_by_role(text_sink& s, dialect d, comma& separate) {
    constexpr column_role role = role_of<D>();
    if (role == column_role::plain || is_lasting(role)) return;
    separate(s);
    s.name(D::name) << " = ";
    if (role == column_role::version)
        (write_table_qualifier<T>(s, d) << '.').name(D::name) << " + 1";
    else
        (s << "excluded.").name(D::name);
}

struct keep_stored {
    template <class T, class Target>
    static constexpr void write(text_sink& s, dialect, unsigned&) {
        s << "nothing";
    }
    static void bind(parameters&) {}
    template <class T>
    static void validate(std::optional<std::size_t>, std::vector<violation>&) {}
};
struct take_all {
    template <class T, class Target>
    static constexpr void write(text_sink& s, dialect d, unsigned&) {
        s << "update set ";
        comma separate;
        bool any = false;
        for_each_column<T>([&](auto column) {
            using D = decltype(column);
            if constexpr (role_of<D>() != column_role::plain) {
                write_again_by_role<T, D>(s, d, separate);
            } else if constexpr (!in_key<T, D> && !members_of<Target>::template contains<D>()) {
                separate(s);
                s.name(D::name) << " = ";
                (s << "excluded.").name(D::name);
                any = true;
            }
        });
        if (any || has_more_than_plain<T>) return;
        // All key and target: there is nothing to change, and a row to give back.
        const std::string_view first = members_of<Target>::template names<T>[0];
        s.name(first) << " = ";
        (s << "excluded.").name(first);
    }
    static void bind(parameters&) {}
    template <class T>
    static void validate(std::optional<std::size_t>, std::vector<violation>&) {}

private:
    // Columns that write_again_by_role writes.
    template <class T>
    static constexpr bool has_more_than_plain =
        has_timestamps<T> || has_version<T> || has_audit<T> || has_soft_delete<T>;
};
template <class... A>
class take_these;
template <auto... M, class... E>
class take_these<assignment<M, E>...> {
public:
    explicit take_these(assignment<M, E>... set) : set_(std::move(set)...) {}
    template <class T, class Target>
    static constexpr void write(text_sink& s, dialect d, unsigned& last) {
        static_assert(settable<T, assignment<M, E>...>::ok);
        s << "update set ";
        comma separate;
        expression_sink e{s, d, last};
        const auto one = [&]<auto Member, class Value>() {
            separate(s);
            s.name(find_name<T, Member>()) << " = ";
            if (d == dialect::sqlite)
                Value::template write<stored_row<T, dialect::sqlite>>(e);
            else
                Value::template write<stored_row<T, dialect::postgres>>(e);
        };
        (one.template operator()<M, E>(), ...);
        for_each_column<T>([&](auto column) { write_again_by_role<T, decltype(column)>(s, d, separate); });
    }
    void bind(parameters& p) const {
        std::apply([&](const auto&... a) { (a.bind(p), ...); }, set_);
    }
    template <class T>
    void validate(std::optional<std::size_t> index, std::vector<violation>& found) const {
        std::apply([&](const auto&... a) { validate_assignments<T>(index, found, a...); }, set_);
    }
    [[nodiscard]] const std::tuple<assignment<M, E>...>& assignments() const noexcept { return set_; }

private:
    std::tuple<assignment<M, E>...> set_;
};

// Members that stand for a target; compared as sets.
template <auto... Members>
struct conflict_members {
    template <class T>
    static constexpr bool declared = is_unique_over<T>(member_list<Members...>{});
    template <class T>
    static constexpr bool is_generated = generates_key<T> && sizeof...(Members) == 1 &&
                                         (members_of<primary_key_of<T>>::template holds<Members> && ...);
};

template <class Action, auto... Members>
class conflict {
public:
    explicit conflict(Action action) : action_(std::move(action)) {}

    using target = unique_fact<Members...>;

    // Whether rows of T can meet in the target.
    template <class T>
    static consteval bool fits() {
        using members = conflict_members<Members...>;
        static_assert(
            members::template declared<T>,
            "hawser: on_conflict<..> names neither the primary key nor a declared hawser::unique<..>");
        static_assert(!members::template is_generated<T>,
                      "hawser: on_conflict<..> names a key that is generated; an insert does not give it");
        return true;
    }
    template <class T>
    struct text : counted_text<text<T>> {
        static constexpr std::string_view verb = "upsert";
        static constexpr bool read_only = false;
        static constexpr bool one_row = true;
        static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
            static_assert(fits<T>());
            write_insert<T, false>(s, d);
            last += count_columns<T, inserted_columns<T, false>>;
            s << " on conflict (";
            comma separate;
            ((separate(s), s.name(find_name<T, Members>())), ...);
            s << ") do ";
            Action::template write<T, target>(s, d, last);
            write_returning<T>(s);
        }
        static constexpr unsigned parameters = counted_text<text>::count();
    };
    // Behind the values of the row.
    void bind(parameters& p) const { action_.bind(p); }
    // Appends what the rules of T say of the values that are set.
    template <class T>
    void validate(std::optional<std::size_t> index, std::vector<violation>& found) const {
        action_.template validate<T>(index, found);
    }
    [[nodiscard]] const Action& action() const noexcept { return action_; }

private:
    Action action_;
};
template <class C>
inline constexpr bool is_conflict = false;
template <class Action, auto... Members>
inline constexpr bool is_conflict<conflict<Action, Members...>> = true;

template <auto... Members>
struct conflict_on {
    // Of the row that is there: these members. Columns are its own, excluded<&T::member> those of the new row.
    // updated_at, row_version and what else the framework writes go with it.
    template <assigns... A>
    [[nodiscard]] auto update(A... set) const {
        using action = take_these<A...>;
        return conflict<action, Members...>(action(std::move(set)...));
    }
    // All members but the key, the target, created_at and created_by.
    [[nodiscard]] auto update_all() const { return conflict<take_all, Members...>(take_all{}); }
    // Leaves the row that is there as it is; of a soft-deletable entity also one that is marked as deleted.
    [[nodiscard]] auto ignore() const { return conflict<keep_stored, Members...>(keep_stored{}); }
};

} // namespace detail

// The primary key, or a declared unique.
template <auto... Members>
inline constexpr detail::conflict_on<Members...> on_conflict{};
// The new row's value, in on_conflict<..>.update(..).
template <auto Member>
inline constexpr detail::excluded_column<Member> excluded{};

} // namespace hawser
