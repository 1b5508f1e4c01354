#pragma once
// CREATE TABLE and CREATE INDEX of an entity, in both dialects. SQLite tables are STRICT.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/text.hpp>
#include <limits>

namespace hawser::detail {

constexpr std::string_view text_of_action(referential_action a) {
    switch (a) {
    case referential_action::restrict_: return "restrict";
    case referential_action::cascade: return "cascade";
    case referential_action::set_null: return "set null";
    case referential_action::set_default: return "set default";
    case referential_action::no_action: break;
    }
    return "no action";
}
constexpr void write_actions(text_sink& s, referential_action on_delete, referential_action on_update,
                             deferral checked) {
    if (on_delete != referential_action::no_action) s << " on delete " << text_of_action(on_delete);
    if (on_update != referential_action::no_action) s << " on update " << text_of_action(on_update);
    if (checked != deferral::none) s << " deferrable";
    if (checked == deferral::initial) s << " initially deferred";
}

// Constants of a typed CHECK are part of the schema, so they are written out.
template <class E>
struct literal_writer {
    static_assert(!operand_or_condition<E>,
                  "hawser: this kind of expression cannot be written into the schema; use SQL text");
};
template <class T, class E>
constexpr void write_literal(text_sink& s, dialect d, const E& e) {
    literal_writer<E>::template write<T>(s, d, e);
}
template <auto M>
struct literal_writer<column<M>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect, const column<M>&) {
        static_assert(has_column<T, M>,
                      "hawser: the condition of a check or an index names a column of another entity");
        s.name(find_name<T, M>());
    }
};
template <class V>
struct literal_writer<constant<V>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const constant<V>& c) {
        static_assert(
            requires { type_map<V>::literal(s, c.value, d); },
            "hawser: a constant of this type cannot be written into the schema; use SQL text");
        type_map<V>::literal(s, c.value, d);
    }
};
template <comparison Op, class L, class R>
struct literal_writer<compare<Op, L, R>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const compare<Op, L, R>& e) {
        write_literal<T>(s, d, e.left);
        s << symbol_of(Op);
        write_literal<T>(s, d, e.right);
    }
};
template <char Op, class L, class R>
struct literal_writer<logic<Op, L, R>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const logic<Op, L, R>& e) {
        s << '(';
        write_literal<T>(s, d, e.left);
        s << (Op == '&' ? " and " : " or ");
        write_literal<T>(s, d, e.right);
        s << ')';
    }
};
template <class C>
struct literal_writer<negation<C>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const negation<C>& e) {
        s << "not (";
        write_literal<T>(s, d, e.inner);
        s << ')';
    }
};
template <char Op, class L, class R>
    requires(!is_decimal_v<typename L::value_type> ||
             (Op != '*' && !is_wide_decimal_v<typename L::value_type>))
struct literal_writer<arithmetic<Op, L, R>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const arithmetic<Op, L, R>& e) {
        s << '(';
        write_literal<T>(s, d, e.left);
        s << ' ' << Op << ' ';
        write_literal<T>(s, d, e.right);
        s << ')';
    }
};
template <class E, bool Null>
struct literal_writer<null_test<E, Null>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const null_test<E, Null>& e) {
        write_literal<T>(s, d, e.inner);
        s << (Null ? " is null" : " is not null");
    }
};
template <class E, class L, class H>
struct literal_writer<between_test<E, L, H>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const between_test<E, L, H>& e) {
        write_literal<T>(s, d, e.inner);
        s << " between ";
        write_literal<T>(s, d, e.low);
        s << " and ";
        write_literal<T>(s, d, e.high);
    }
};

// A condition of the schema: text as it is, an expression with its constants written out.
template <class T, class C>
constexpr void write_condition(text_sink& s, dialect d, const C& condition) {
    if constexpr (std::is_same_v<C, std::string_view>)
        s << condition;
    else
        write_literal<T>(s, d, condition);
}

// Microseconds, from SQLite's milliseconds: for rows that are not written through Hawser.
inline constexpr std::string_view sqlite_now = "(cast(strftime('%s', 'now') as integer) * 1000000 + "
                                               "cast(substr(strftime('%f', 'now'), 4) as integer) * 1000)";

// What the type alone demands of a stored value where the engine's own type does not. JSON has no check on SQLite:
// 3.40.1 refuses json_valid() in a schema that is not trusted; json_text itself is well-formed.
template <class T, class D>
constexpr void write_type_check(text_sink& s, dialect d) {
    using V = bare<column_value<D>>;
    if constexpr (type_checked<V>) {
        text_sink demand; // only counts
        type_map<V>::check(demand, D::name, d);
        if (demand.size() == 0) return;
        (s << " constraint ").name(static_text<type_check_name<T, D>>::view) << " check (";
        type_map<V>::check(s, D::name, d);
        s << ')';
    }
}

// A generated key has a place in its member, where the column is wider than it: always on SQLite, for unsigned members
// on PostgreSQL.
template <class T, class D>
constexpr void write_key_check(text_sink& s, dialect d) {
    if constexpr (is_narrow_key<T, D>()) {
        using limits = std::numeric_limits<column_value<D>>;
        if (d == dialect::postgres && limits::is_signed) return;
        (s << " constraint ").name(static_text<type_check_name<T, D>>::view) << " check (";
        s.name(D::name) << " between ";
        s.number(limits::min()) << " and ";
        s.number(limits::max()) << ')';
    }
}

// The members that a reference points to.
template <class Other, auto Key>
struct referenced {
    using members = listed<Key>;
};
template <class Other, auto Key>
    requires std::is_same_v<std::remove_cv_t<decltype(Key)>, its_primary_key>
struct referenced<Other, Key> {
    using members = typename members_of<primary_key_of<Other>>::list;
};
template <class From, class To>
inline constexpr bool same_types = std::is_same_v<mp::mp_transform<bare, typename members_of<From>::values>,
                                                  mp::mp_transform<bare, typename members_of<To>::values>>;

// ` default ..` of a column.
template <class T>
struct default_writer {
    template <class D, auto M, class V>
    static constexpr void write(text_sink& s, dialect d, const default_fact<M, V>& f) {
        if constexpr (is_member<M, D>() && !is_generator<V>) {
            using stored = bare<value_of<M>>;
            s << " default ";
            if constexpr (std::is_same_v<V, default_text>) {
                s << '(' << (d == dialect::sqlite ? f.value.sqlite : f.value.postgres) << ')';
            } else if constexpr (std::is_same_v<V, std::string_view>) {
                s.quoted(f.value);
            } else {
                static_assert(
                    requires { type_map<stored>::literal(s, f.value, d); },
                    "hawser::default_: a constant of this type cannot be written into the schema; use "
                    "hawser::sql_default");
                type_map<stored>::literal(s, f.value, d);
            }
        }
    }
};

template <class T>
struct create_table_text {
    static constexpr void write(text_sink& s, dialect d) {
        static_assert(checked<T>::ok);
        write_table<T>(s << "create table if not exists ", d) << " (";
        comma separate;
        for_each_column<T>([&](auto column) {
            separate(s);
            write_column(s, d, column);
        });
        for_each_fact<T>([&](const auto& fact) { write_fact(s, d, fact); });
        s << ')';
        if (d == dialect::sqlite) s << " strict";
    }

private:
    template <class D>
    static constexpr void write_column(text_sink& s, dialect d, D column) {
        using V = column_value<D>;
        constexpr column_role role = role_of<D>();
        s.name(column.name) << ' ' << sql_type<V>(d);
        if (is_generated_key<T, D>) {
            s << (d == dialect::sqlite ? " primary key" : " generated by default as identity");
            if (d == dialect::postgres) s << " not null";
            write_key_check<T, D>(s, d);
            return;
        }
        if (!nullable<V>) s << " not null";
        if (role == column_role::created_at || role == column_role::updated_at)
            s << " default " << (d == dialect::sqlite ? sqlite_now : std::string_view("now()"));
        if (role == column_role::version) s << " default 1";
        for_each_default<T>([&](const auto& fact) { default_writer<T>::template write<D>(s, d, fact); });
        write_type_check<T, D>(s, d);
    }

    template <std::size_t N>
    static constexpr void write_columns(text_sink& s, const std::array<std::string_view, N>& names) {
        s << '(';
        comma separate;
        for (const std::string_view n : names) {
            separate(s);
            s.name(n);
        }
        s << ')';
    }

    template <auto... M>
    static constexpr void write_fact(text_sink& s, dialect d, const primary_key_fact<M...>& f) {
        // SQLite's INTEGER PRIMARY KEY stands with its column.
        if (f.is_generated && d == dialect::sqlite) return;
        (s << ", constraint ").name(static_text<primary_key_name<T>>::view) << " primary key ";
        write_columns(s, members_of<primary_key_fact<M...>>::template names<T>);
    }
    template <auto... M>
    static constexpr void write_fact(text_sink& s, dialect, const unique_fact<M...>& f) {
        (s << ", constraint ").name(name_of<T>(f)) << " unique ";
        write_columns(s, members_of<unique_fact<M...>>::template names<T>);
    }
    template <auto M, class Other, auto Key>
    static constexpr void write_fact(text_sink& s, dialect d, const references_fact<M, Other, Key>& f) {
        static_assert(entity<Other>, "hawser::references: the other type is no entity");
        (s << ", constraint ").name(name_of<T>(f)) << " foreign key ";
        using from = listed<M>;
        using to = typename referenced<Other, Key>::members;
        write_columns(s, members_of<from>::template names<T>);
        write_table<Other>(s << " references ", d) << ' ';
        static_assert(members_of<from>::count == members_of<to>::count,
                      "hawser::references: the members and the key they point to differ in number");
        static_assert(same_types<from, to>,
                      "hawser::references: the member and the key it points to have different types");
        static_assert(members_of<to>::template all_in<Other>,
                      "hawser::references: the key it points to is no member of the other entity");
        static_assert(
            is_unique_over<Other>(to{}),
            "hawser::references: what it points to is neither the other entity's key nor a unique of it");
        write_columns(s, members_of<to>::template names<Other>);
        write_actions(s, f.action, f.on_new_key, f.deferral);
    }
    template <class C>
    static constexpr void write_fact(text_sink& s, dialect d, const check_fact<C>& f) {
        (s << ", constraint ").name(f.name) << " check (";
        write_condition<T>(s, d, f.condition);
        s << ')';
    }
    static constexpr void write_fact(text_sink&, dialect, const auto&) {}
};

// An index lives in its table's schema.
template <class T, class Index>
constexpr text_sink& write_index_name(text_sink& s, dialect d, const Index& f) {
    if (d == dialect::postgres || meta<T>.schema.empty()) return s.name(name_of<T>(f));
    return s.name(meta<T>.schema, "_", name_of<T>(f));
}

// All indexes of an entity, a statement each, separated by ";\n".
template <class T>
struct create_indexes_text {
    static constexpr void write(text_sink& s, dialect d) {
        for_each_fact<T>([&](const auto& fact) { write_fact(s, d, fact); });
    }

private:
    template <class List, class C>
    static constexpr void write_fact(text_sink& s, dialect d, const index_fact<List, C>& f) {
        s << (f.is_unique ? ";\ncreate unique index if not exists " : ";\ncreate index if not exists ");
        write_index_name<T>(s, d, f) << " on ";
        write_table<T>(s, d) << " (";
        comma separate;
        std::size_t at = 0;
        for (const std::string_view n : members_of<List>::template names<T>) {
            separate(s);
            s.name(n) << (f.descends[at++] ? " desc" : "");
        }
        s << ')';
        if constexpr (!std::is_same_v<C, no_condition>) {
            s << " where ";
            write_condition<T>(s, d, f.condition);
        }
    }
    static constexpr void write_fact(text_sink&, dialect, const auto&) {}
};

template <class T>
struct create_text {
    static constexpr void write(text_sink& s, dialect d) {
        if (d == dialect::postgres && !meta<T>.schema.empty())
            (s << "create schema if not exists ").name(meta<T>.schema) << ";\n";
        create_table_text<T>::write(s, d);
        create_indexes_text<T>::write(s, d);
        s << ";\n";
    }
};

} // namespace hawser::detail

namespace hawser {

// The script that makes the entity's table and indexes where they are missing.
template <class T>
inline constexpr std::string_view create_sqlite = detail::text_of<detail::create_text<T>, dialect::sqlite>;
template <class T>
inline constexpr std::string_view create_postgres =
    detail::text_of<detail::create_text<T>, dialect::postgres>;

} // namespace hawser
