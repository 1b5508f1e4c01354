#pragma once
// Statements of the bulk verbs: SQLite runs the single row's text for each row, PostgreSQL one text for all of
// them, with an array for each placeholder, or takes them by COPY.
#include <array>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/update.hpp>
#include <hawser/mapping/validate.hpp>
#include <span>
#include <string_view>

namespace hawser::detail {

// ` from unnest($1::bigint[], $2::text[]) with ordinality as _r(_1, _2, _n)`: row _n, from 1, is the n-th of each array.
constexpr void write_unnest(text_sink& s, std::string_view joined_by,
                            std::span<const std::string_view> types) {
    s << joined_by << " unnest(";
    comma separate;
    unsigned last = 0;
    for (const std::string_view type : types) {
        separate(s);
        s.placeholder(dialect::postgres, ++last) << "::" << type << "[]";
    }
    s << ") with ordinality as _r(";
    for (unsigned i = 1; i <= last; ++i) (s << '_').number(i) << ", ";
    s << "_n)";
}

// PostgreSQL's text of a single row, over as many rows as the arrays hold. `types`: of its placeholders.
class many_rows {
public:
    constexpr many_rows(std::string_view one, std::span<const std::string_view> types)
        : one_(unwrapped(one)), types_(types), inserts_(one_.starts_with("insert ")) {}

    constexpr void write(text_sink& s) const {
        bool fed = false;
        bool in_values = false;
        int depth = 0;
        for (std::size_t at = 0; at < one_.size();) {
            const std::string_view rest = one_.substr(at);
            if (rest[0] == '"' || rest[0] == '\'') {
                std::size_t end = 1; // not find(): GCC 12 does not take it for a constant under UBSan
                while (rest[end] != rest[0]) ++end;
                ++end;
                s << rest.substr(0, end);
                at += end;
            } else if (rest[0] == '$') {
                s << "_r._";
                for (++at; at < one_.size() && one_[at] >= '0' && one_[at] <= '9'; ++at) s << one_[at];
            } else if (inserts_ && !fed && !in_values && rest.starts_with(values)) {
                s << " select ";
                at += values.size();
                in_values = true;
                depth = 1;
            } else if (in_values && rest[0] == ')' && depth == 1) {
                write_unnest(s, " from", types_);
                s << " order by _r._n";
                in_values = false;
                fed = true;
                ++at;
            } else if (!inserts_ && !fed && rest.starts_with(" where ")) {
                write_unnest(s, one_.starts_with("delete ") ? " using" : " from", types_);
                fed = true;
            } else {
                if (in_values && rest[0] == '(') ++depth;
                if (in_values && rest[0] == ')') --depth;
                s << rest[0];
                ++at;
            }
        }
    }

private:
    static constexpr std::string_view values = " values (";

    // A versioned update without the guard that makes it fail.
    static constexpr std::string_view unwrapped(std::string_view text) {
        constexpr std::string_view open = "with u as (";
        if (!text.starts_with(open)) return text;
        text.remove_prefix(open.size());
        return text.substr(0, text.rfind(" returning "));
    }

    std::string_view one_;
    std::span<const std::string_view> types_;
    bool inserts_;
};

// The text of One for many rows. Types::list<T>: PostgreSQL's types of its placeholders. Answer: what PostgreSQL
// returns for each row that it has written.
template <class T, class One, class Types, class Answer>
struct bulk_text {
    struct verb_name {
        static constexpr void write(text_sink& s) { s << "bulk_" << One::verb; }
    };
    static constexpr std::string_view verb = static_text<verb_name>::view;
    static constexpr bool read_only = false;
    static constexpr unsigned parameters = One::parameters;
    static constexpr void write(text_sink& s, dialect d) {
        if (d == dialect::sqlite || parameters == 0) return One::write(s, d);
        static_assert(Types::list.size() == parameters,
                      "hawser: a bulk statement has a placeholder of unknown type");
        many_rows(text_of<One, dialect::postgres>, Types::list).write(s);
        s << Answer::text;
    }
};

struct returns_key { // in the single row's text already
    static constexpr std::string_view text = "";
};
struct returns_whether_inserted {
    static constexpr std::string_view text = " returning (xmax = 0)";
};
struct returns_row {
    static constexpr std::string_view text = " returning _r._n";
};

template <class V>
inline constexpr std::string_view postgres_type = type_map<bare<V>>::postgres;

// Of the columns that Keep keeps, then of the key.
template <class T, class Keep, std::size_t N>
constexpr std::size_t add_column_types(std::array<std::string_view, N>& to, std::size_t at) {
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if (Keep::template keep<D>()) to[at++] = postgres_type<column_value<D>>;
    });
    return at;
}
template <class T, std::size_t N>
constexpr std::size_t add_key_types(std::array<std::string_view, N>& to, std::size_t at) {
    mp::mp_for_each<mp::mp_transform<mp::mp_identity, typename members_of<primary_key_of<T>>::values>>(
        [&](auto v) { to[at++] = postgres_type<typename decltype(v)::type>; });
    return at;
}

// Of encode_touches.
template <class T>
inline constexpr std::size_t touches = (has_timestamps<T> ? 1 : 0) + (has_audit<T> ? 2 : 0);
template <class T, std::size_t N>
constexpr std::size_t add_touch_types(std::array<std::string_view, N>& to, std::size_t at) {
    if (has_timestamps<T>) to[at++] = postgres_type<timestamp>;
    if (has_audit<T>) to[at++] = postgres_type<std::string>;
    if (has_audit<T>) to[at++] = postgres_type<std::string>;
    return at;
}

template <class T>
struct inserted_types {
    static constexpr auto list = [] {
        std::array<std::string_view, count_columns<T, inserted_columns<T, false>>> a{};
        add_column_types<T, inserted_columns<T, false>>(a, 0);
        return a;
    }();
};
template <class T>
struct updated_types {
    static constexpr auto list = [] {
        constexpr std::size_t version = has_version<T> ? 1 : 0;
        std::array<std::string_view, count_columns<T, updated_columns<T>> + key_parameters<T> + version> a{};
        const std::size_t at = add_key_types<T>(a, add_column_types<T, updated_columns<T>>(a, 0));
        if (has_version<T>) a[at] = postgres_type<std::int64_t>;
        return a;
    }();
};
template <class T, auto... M>
struct patched_types {
    static constexpr auto list = [] {
        std::array<std::string_view, sizeof...(M) + touches<T> + key_parameters<T>> a{};
        std::size_t at = 0;
        ((a[at++] = postgres_type<value_of<M>>), ...);
        add_key_types<T>(a, add_touch_types<T>(a, at));
        return a;
    }();
};
template <class T>
struct erased_types {
    static constexpr auto list = [] {
        constexpr std::size_t marks = has_soft_delete<T> ? 1 + touches<T> : 0;
        std::array<std::string_view, marks + key_parameters<T>> a{};
        std::size_t at = 0;
        if (has_soft_delete<T>) {
            a[at++] = postgres_type<timestamp>;
            at = add_touch_types<T>(a, at);
        }
        add_key_types<T>(a, at);
        return a;
    }();
};

template <class T>
using bulk_insert_text = bulk_text<T, insert_text<T>, inserted_types<T>, returns_key>;
// Rows without their keys: PostgreSQL has a way of its own for them.
template <class T>
struct copy_in_text {
    static constexpr std::string_view verb = "copy_in";
    static constexpr bool read_only = false;
    static constexpr unsigned parameters = insert_text<T>::parameters;
    static constexpr void write(text_sink& s, dialect d) {
        if (d == dialect::sqlite || parameters == 0) return write_insert<T, false>(s, d);
        write_table<T>(s << "copy ", d) << " (";
        comma separate;
        for_each_column<T>([&](auto column) {
            if (!inserted_columns<T, false>::template keep<decltype(column)>()) return;
            separate(s);
            s.name(column.name);
        });
        s << ") from stdin (format binary)";
    }
};
template <class T>
using bulk_update_text = bulk_text<T, update_text<T>, updated_types<T>, returns_row>;
template <class T, auto... M>
using bulk_patch_text =
    bulk_text<T, patch_text<T, assignment<M, constant<value_of<M>>>...>, patched_types<T, M...>, returns_row>;
template <class T, class One = upsert_text<T>>
using bulk_upsert_text = bulk_text<T, One, inserted_types<T>, returns_whether_inserted>;
template <class T>
using bulk_erase_text = bulk_text<T, erase_text<T>, erased_types<T>, returns_row>;

// Whether the caller gives the member its value, and not the framework.
template <class T, auto Member>
inline constexpr bool is_callers = [] {
    bool plain = true;
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if constexpr (is_member<Member, D>()) plain = role_of<D>() == column_role::plain;
    });
    return plain;
}();

// What bulk_update<> may name.
template <class T, auto... M>
struct bulk_settable {
    template <auto Member>
    static consteval bool in_key_of() {
        return members_of<primary_key_of<T>>::template holds<Member>;
    }
    static_assert((has_column<T, M> && ...), "hawser: bulk_update<> names a member of another struct");
    static_assert((!in_key_of<M>() && ...),
                  "hawser: bulk_update<> finds rows by their key, it does not set it");
    static_assert(
        (is_callers<T, M> && ...),
        "hawser: bulk_update<> does not set what the framework writes: created_at, row_version, ..");
    static constexpr bool ok = true;
};

// The values of bulk_patch_text, in its order.
template <class T, auto... M>
void encode_patch(const void* row, const stamp& by, parameters& p) {
    const T& r = *static_cast<const T*>(row);
    const auto one = [&]<auto Member>(std::integral_constant<decltype(Member), Member>) {
        for_each_column<T>([&](auto column) {
            using D = decltype(column);
            if constexpr (is_member<Member, D>()) encode_column<D>(r, by, p);
        });
    };
    (one(std::integral_constant<decltype(M), M>{}), ...);
    encode_assignments<T>(by, p);
    encode_key_of<T>(row, p);
}

// The values of bulk_erase_text; `key` is a key_of_t<T>.
template <class T>
void encode_erased(const void* key, const stamp& by, parameters& p) {
    encode_erasure<T>(by, p);
    encode_key<T>(*static_cast<const key_of_t<T>*>(key), p);
}

// The members of a key or unique.
template <class T, class Fact>
struct member_values;
template <class T, template <auto...> class Fact, auto... M>
struct member_values<T, Fact<M...>> {
    static void encode_all(const T& row, parameters& p) { (one<M>(row, p), ...); }

private:
    // What a generator is to make is like nothing.
    template <auto Member>
    static void one(const T& row, parameters& p) {
        if constexpr (is_generated_default<T, Member>)
            if (row.*Member == value_of<Member>{}) return p.null();
        encode(row.*Member, p);
    }
};
template <class T, class Fact>
void encode_members(const void* row, parameters& p) {
    member_values<T, Fact>::encode_all(*static_cast<const T*>(row), p);
}

// The rules of these members only: the others of the row may hold anything.
template <class T, auto... M>
struct rules_of {
    template <auto Member, class... Rules>
    static void apply(const T& row, const validate_fact<Member, Rules...>& fact,
                      std::optional<std::size_t> index, std::vector<violation>& found) {
        if constexpr ((is_same_member<Member, M> || ...)) apply_fact(row, fact, index, found);
    }
    static void apply(const T&, const auto&, std::optional<std::size_t>, std::vector<violation>&) {}
};
template <class T, auto... M>
void validate_members(const void* row, std::optional<std::size_t> index, std::vector<violation>& found) {
    const T& r = *static_cast<const T*>(row);
    for_each_fact<T>([&](const auto& fact) { rules_of<T, M...>::apply(r, fact, index, found); });
}

} // namespace hawser::detail
