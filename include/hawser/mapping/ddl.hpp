#pragma once
// CREATE TABLE and CREATE INDEX of an entity, in both dialects. SQLite tables are STRICT.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/text.hpp>

namespace hawser::detail {

constexpr std::string_view text_of_action(referential_action a) {
    switch (a) {
    case referential_action::restrict_: return " on delete restrict";
    case referential_action::cascade: return " on delete cascade";
    case referential_action::set_null: return " on delete set null";
    case referential_action::no_action: break;
    }
    return {};
}

// Constants of a typed CHECK are part of the schema, so they are written out.
template <class E>
struct literal_writer {
    static_assert(!operand_or_condition<E>,
                  "hawser::check: this kind of expression cannot be written into the schema; use SQL text");
};
template <class T, class E>
constexpr void write_literal(text_sink& s, dialect d, const E& e) {
    literal_writer<E>::template write<T>(s, d, e);
}
template <auto M>
struct literal_writer<column<M>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect, const column<M>&) {
        static_assert(has_column<T, M>, "hawser::check: a column of another entity");
        s.name(find_name<T, M>());
    }
};
template <class V>
struct literal_writer<constant<V>> {
    template <class T>
    static constexpr void write(text_sink& s, dialect d, const constant<V>& c) {
        static_assert(
            requires { type_map<V>::literal(s, c.value, d); },
            "hawser::check: a constant of this type cannot be written into the schema; use SQL text");
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
    requires(Op != '*' || !is_decimal_v<typename L::value_type>)
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

// Microseconds, from SQLite's milliseconds: for rows that are not written through Hawser.
inline constexpr std::string_view sqlite_now = "(cast(strftime('%s', 'now') as integer) * 1000000 + "
                                               "cast(substr(strftime('%f', 'now'), 4) as integer) * 1000)";

// What the type alone demands of a stored value where the engine's own type does not. JSON has no check on SQLite:
// 3.40.1 refuses json_valid() in a schema that is not trusted; json_text itself is well-formed.
template <class T, class D>
constexpr void write_type_check(text_sink& s, dialect d) {
    using V = bare<column_value<D>>;
    const auto begin = [&]() -> text_sink& {
        (s << " constraint ").name(static_text<type_check_name<T, D>>::view) << " check (";
        return s.name(D::name);
    };
    if constexpr (std::is_same_v<V, bool>) {
        if (d == dialect::sqlite) begin() << " in (0, 1))";
    } else if constexpr (is_decimal_v<V>) {
        if (d == dialect::sqlite)
            ((begin() << " between ").number(V::min().scaled()) << " and ").number(V::max().scaled()) << ')';
    } else if constexpr (described_enum<V>) {
        begin() << " in (";
        comma separate;
        for (const std::string_view word : enum_words<V>) {
            separate(s);
            s.quoted(word);
        }
        s << "))";
    }
}

template <class T>
struct create_table_text {
    static constexpr void write(text_sink& s, dialect d) {
        static_assert(checked<T>::ok);
        (s << "create table if not exists ").name(meta<T>.name) << " (";
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
            return;
        }
        if (!nullable<V>) s << " not null";
        if (role == column_role::created_at || role == column_role::updated_at)
            s << " default " << (d == dialect::sqlite ? sqlite_now : std::string_view("now()"));
        if (role == column_role::version) s << " default 1";
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
    static constexpr void write_fact(text_sink& s, dialect, const references_fact<M, Other, Key>& f) {
        static_assert(entity<Other>, "hawser::references: the other type is no entity");
        (s << ", constraint ").name(name_of<T>(f)) << " foreign key ";
        write_columns(s, members_of<one_member<M>>::template names<T>);
        (s << " references ").name(meta<Other>.name) << ' ';
        if constexpr (std::is_same_v<std::remove_cv_t<decltype(Key)>, its_primary_key>) {
            using key = primary_key_of<Other>;
            static_assert(members_of<key>::count == 1,
                          "hawser::references: the other table's key has several members");
            static_assert(std::is_same_v<bare<value_of<M>>, mp::mp_front<typename members_of<key>::values>>,
                          "hawser::references: the member and the key it points to have different types");
            write_columns(s, members_of<key>::template names<Other>);
        } else {
            static_assert(std::is_same_v<bare<value_of<M>>, bare<value_of<Key>>>,
                          "hawser::references: the member and the key it points to have different types");
            static_assert(has_column<Other, Key>,
                          "hawser::references: the key it points to is no member of the other entity");
            write_columns(s, members_of<one_member<Key>>::template names<Other>);
        }
        s << text_of_action(f.action);
    }
    template <class C>
    static constexpr void write_fact(text_sink& s, dialect d, const check_fact<C>& f) {
        (s << ", constraint ").name(f.name) << " check (";
        if constexpr (std::is_same_v<C, std::string_view>)
            s << f.condition;
        else
            write_literal<T>(s, d, f.condition);
        s << ')';
    }
    static constexpr void write_fact(text_sink&, dialect, const auto&) {}
};

// All indexes of an entity, a statement each, separated by ";\n".
template <class T>
struct create_indexes_text {
    static constexpr void write(text_sink& s, dialect) {
        for_each_fact<T>([&](const auto& fact) { write_fact(s, fact); });
    }

private:
    template <auto... M>
    static constexpr void write_fact(text_sink& s, const index_fact<M...>& f) {
        (s << ";\ncreate index if not exists ").name(name_of<T>(f)) << " on ";
        s.name(meta<T>.name) << " (";
        comma separate;
        for (const std::string_view n : members_of<index_fact<M...>>::template names<T>) {
            separate(s);
            s.name(n);
        }
        s << ')';
    }
    static constexpr void write_fact(text_sink&, const auto&) {}
};

template <class T>
struct create_text {
    static constexpr void write(text_sink& s, dialect d) {
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
