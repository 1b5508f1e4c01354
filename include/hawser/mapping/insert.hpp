#pragma once
// INSERT and upsert of one entity: text, values, what is written back.
#include <hawser/mapping/fill_defaults.hpp>
#include <hawser/mapping/static_statement.hpp>
#include <utility>

namespace hawser::detail {

// Values that replace a member's own: a key made by an earlier statement of the same unit.
struct key_binding {
    std::size_t column; // index in columns<T>
    std::size_t request;
};

template <class T, bool WithKey>
struct inserted_columns {
    template <class D>
    static constexpr bool keep() {
        return WithKey || !is_generated_key<T, D>;
    }
};

template <class T, bool WithKey>
constexpr void write_insert(text_sink& s, dialect d) {
    static_assert(checked<T>::ok);
    write_table<T>(s << "insert into ", d);
    if (count_columns<T, inserted_columns<T, WithKey>> == 0) {
        s << " default values";
        return;
    }
    s << " (";
    comma separate;
    // A generated key leads, whatever its place in the struct: bulk inserts put it in front of the row's values.
    const auto each = [&](auto visit) {
        if (WithKey)
            for_each_column<T>([&](auto c) {
                if (is_generated_key<T, decltype(c)>) visit(c);
            });
        for_each_column<T>([&](auto c) {
            if (!is_generated_key<T, decltype(c)>) visit(c);
        });
    };
    unsigned count = 0;
    each([&](auto column) {
        separate(s);
        s.name(column.name);
        ++count;
    });
    s << ") values (";
    comma separate_values;
    for (unsigned i = 1; i <= count; ++i) {
        separate_values(s);
        s.placeholder(d, i);
    }
    s << ')';
}

template <class T>
struct insert_text {
    static constexpr std::string_view verb = "insert";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr unsigned parameters = count_columns<T, inserted_columns<T, false>>;
    static constexpr void write(text_sink& s, dialect d) {
        write_insert<T, false>(s, d);
        // SQLite tells the key without RETURNING.
        if (generates_key<T> && d == dialect::postgres)
            (s << " returning ").name(members_of<primary_key_of<T>>::template names<T>[0]);
    }
};

// With the generated key given: how bulk inserts hand keys out in input order.
template <class T>
struct insert_keyed_text {
    static constexpr std::string_view verb = "insert_keyed";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr unsigned parameters = count_columns<T, inserted_columns<T, true>>;
    static constexpr void write(text_sink& s, dialect d) { write_insert<T, true>(s, d); }
};

// The conflict target of upsert(): the primary key if the caller knows it, else the only declared unique.
template <class F>
struct is_unique : std::false_type {};
template <auto... M>
struct is_unique<unique_fact<M...>> : std::true_type {};
template <class Facts>
struct uniques_of;
template <class... F>
struct uniques_of<std::tuple<F...>> {
    using list = mp::mp_copy_if<mp::mp_list<F...>, is_unique>;
};
template <class T>
struct conflict_target {
    using uniques = typename uniques_of<facts_of<T>>::list;
    static_assert(!generates_key<T> || mp::mp_size<uniques>::value == 1,
                  "hawser: upsert needs a natural primary key or exactly one hawser::unique<..>; name it "
                  "with on_conflict<..>");
    using type = typename mp::mp_if_c<generates_key<T>, uniques, mp::mp_list<primary_key_of<T>>>;
    using fact = mp::mp_front<type>;
};

template <class T>
struct upsert_text {
    using target = typename conflict_target<T>::fact;
    // Of the row that is there.
    struct replaced {
        template <class D>
        static constexpr bool keep() {
            return !in_key<T, D> && !members_of<target>::template contains<D>() && !is_lasting(role_of<D>());
        }
    };
    static constexpr std::string_view verb = "upsert";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr unsigned parameters = count_columns<T, inserted_columns<T, false>>;
    static constexpr void write(text_sink& s, dialect d) {
        write_insert<T, false>(s, d);
        s << " on conflict (";
        comma separate;
        for (const std::string_view n : members_of<target>::template names<T>) {
            separate(s);
            s.name(n);
        }
        s << ") do ";
        if (count_columns<T, replaced> == 0) {
            s << "nothing";
            return;
        }
        s << "update set ";
        comma separate_sets;
        for_each_column<T>([&](auto column) {
            using D = decltype(column);
            if (!replaced::template keep<D>()) return;
            separate_sets(s);
            s.name(column.name) << " = ";
            if (role_of<D>() == column_role::version)
                write_table_qualifier<T>(s, d) << '.', s.name(column.name) << " + 1";
            else
                (s << "excluded.").name(column.name);
        });
    }
};

// Names the column where the value is none.
template <class V>
void encode_enumerator(const V& v, std::string_view column, parameters& p) {
    bool known = true;
    if constexpr (nullable<V>)
        known = !v || !word_of(*v).empty();
    else
        known = !word_of(v).empty();
    if (!known) throw_no_enumerator(column);
    encode(v, p);
}

template <class D, class T>
void encode_member(const T& row, parameters& p) {
    if constexpr (described_enum<bare<column_value<D>>>)
        encode_enumerator(row.*D::pointer, D::name, p);
    else
        encode(row.*D::pointer, p);
}

// NULL: not told.
inline void encode_told(std::string_view v, parameters& p) {
    if (v.empty())
        p.null();
    else
        p.text(v);
}
inline std::optional<std::string> told(std::string_view v) {
    return v.empty() ? std::nullopt : std::optional<std::string>(v);
}

// Appends the value of one column: the framework's for its own roles, else the member's.
template <class D, class T>
void encode_column(const T& row, const stamp& by, parameters& p) {
    constexpr column_role role = role_of<D>();
    if constexpr (role == column_role::created_at || role == column_role::updated_at)
        p.timestamp(by.now);
    else if constexpr (role == column_role::version)
        p.integer(1);
    else if constexpr (role == column_role::created_by || role == column_role::updated_by)
        encode_told(by.actor, p);
    else if constexpr (role == column_role::change_reason)
        encode_told(by.reason, p);
    else if constexpr (role == column_role::deleted_at)
        p.null();
    else
        encode_member<D>(row, p);
}

// The values of insert_text<T> of a row that has all of them.
template <class T>
void encode_complete(const void* row, const stamp& by, std::span<const key_binding> bound, parameters& p) {
    const T& r = *static_cast<const T*>(row);
    std::size_t index = 0;
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        const std::size_t at = index++;
        if constexpr (!is_generated_key<T, D>) {
            for (const key_binding& b : bound)
                if (b.column == at) return p.key_of(b.request);
            encode_column<D>(r, by, p);
        }
    });
}

// The values of insert_text<T>, in its order. What generators are to make is made in a copy, whose text is copied.
template <class T>
void encode_insert(const void* row, const stamp& by, std::span<const key_binding> bound, parameters& p) {
    if constexpr (has_generators<T>) {
        T filled = *static_cast<const T*>(row);
        fill_row<T>(&filled, by);
        const auto before = p.use(parameters::text_mode::copy);
        encode_complete<T>(&filled, by, bound, p);
        p.use(before);
    } else {
        encode_complete<T>(row, by, bound, p);
    }
}

// Says that the row is stored: its table was made without the check of write_key_check().
[[noreturn]] void throw_key_out_of_range(std::string_view table, std::string_view column);

// After a successful insert: key and the mixins' members as they were stored. Throws out_of_range before it changes
// the row where the key has no place in its member.
template <class T>
void write_back_insert(void* row, const stamp& by, std::int64_t key) {
    T& r = *static_cast<T*>(row);
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if constexpr (is_narrow_key<T, D>())
            if (!std::in_range<column_value<D>>(key)) throw_key_out_of_range(table_of<T>.name, D::name);
    });
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        constexpr column_role role = role_of<D>();
        if constexpr (is_generated_key<T, D>)
            r.*D::pointer = static_cast<column_value<D>>(key);
        else if constexpr (role == column_role::created_at || role == column_role::updated_at)
            r.*D::pointer = by.now;
        else if constexpr (role == column_role::version)
            r.*D::pointer = 1;
        else if constexpr (role == column_role::created_by || role == column_role::updated_by)
            r.*D::pointer = told(by.actor);
        else if constexpr (role == column_role::change_reason)
            r.*D::pointer = told(by.reason);
        else if constexpr (role == column_role::deleted_at)
            r.*D::pointer = std::nullopt;
    });
}

} // namespace hawser::detail
