#pragma once
// UPDATE and DELETE by key: text, values, what is written back.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/static_statement.hpp>

namespace hawser::detail {

// What update(row) writes: neither the key, nor when the row was made, nor the version, which counts itself.
template <class T>
struct updated_columns {
    template <class D>
    static constexpr bool keep() {
        constexpr column_role role = role_of<D>();
        return !in_key<T, D> && role != column_role::created_at && role != column_role::version;
    }
};

constexpr void write_version_step(text_sink& s) {
    s.name("row_version") << " = ";
    s.name("row_version") << " + 1";
}

// On PostgreSQL a missing row must fail on the server, since a pipeline does not stop at UPDATE 0: 1/count(*).
template <class T>
struct update_text {
    static constexpr std::string_view verb = "update";
    static constexpr bool read_only = false;
    static constexpr unsigned parameters =
        count_columns<T, updated_columns<T>> + key_parameters<T> + (has_version<T> ? 1 : 0);
    static constexpr void write(text_sink& s, dialect d) {
        static_assert(checked<T>::ok);
        const bool wrapped = has_version<T> && d == dialect::postgres;
        if (wrapped) s << "with u as (";
        (s << "update ").name(meta<T>.name) << " set ";
        comma separate;
        unsigned last = 0;
        if (count_columns<T, updated_columns<T>> == 0 &&
            !has_version<T>) { // all key: there is nothing to change
            const std::string_view key = members_of<primary_key_of<T>>::template names<T>[0];
            s.name(key) << " = ";
            s.name(key);
        }
        for_each_column<T>([&](auto column) {
            using D = decltype(column);
            if (!updated_columns<T>::template keep<D>()) return;
            separate(s);
            (s.name(column.name) << " = ").placeholder(d, ++last);
        });
        if (has_version<T>) {
            separate(s);
            write_version_step(s);
        }
        s << " where ";
        write_key_condition<T>(s, d, last);
        if (has_version<T>) ((s << " and ").name("row_version") << " = ").placeholder(d, ++last);
        if (wrapped) s << " returning row_version) select max(row_version), 1/count(*) from u";
    }
};

template <class T>
struct erase_text {
    static constexpr std::string_view verb = "erase";
    static constexpr bool read_only = false;
    static constexpr unsigned parameters = key_parameters<T>;
    static constexpr void write(text_sink& s, dialect d) {
        static_assert(checked<T>::ok);
        (s << "delete from ").name(meta<T>.name) << " where ";
        unsigned last = 0;
        write_key_condition<T>(s, d, last);
    }
};

// Whether a row with this key is there: tells a stale row from a missing one.
template <class T>
struct row_exists_text {
    static constexpr std::string_view verb = "row_exists";
    static constexpr bool read_only = true;
    static constexpr unsigned parameters = key_parameters<T>;
    static constexpr void write(text_sink& s, dialect d) {
        (s << "select 1 from ").name(meta<T>.name) << " where ";
        unsigned last = 0;
        write_key_condition<T>(s, d, last);
    }
};

template <auto A, auto B>
inline constexpr bool is_same_member = [] {
    if constexpr (std::is_same_v<decltype(A), decltype(B)>)
        return A == B;
    else
        return false;
}();
template <class A, class... Others>
inline constexpr unsigned times_set = (0u + ... + (is_same_member<A::member, Others::member> ? 1u : 0u));
template <class... A>
inline constexpr bool each_member_once = ((times_set<A, A...> == 1) && ...);

// `set a = .., b = ..` with what the framework adds to every write.
template <class T, assigns... A>
constexpr void write_assignments(text_sink& s, dialect d, unsigned& last) {
    static_assert(sizeof...(A) > 0, "hawser: an update sets at least one member");
    static_assert(each_member_once<A...>, "hawser: an update sets a member twice");
    static_assert((!(has_timestamps<T> && is_same_member<A::member, &timestamps::updated_at>) && ...),
                  "hawser: updated_at is set by every write; it is not for set<>");
    static_assert((!(has_version<T> && is_same_member<A::member, &versioned::row_version>) && ...),
                  "hawser: row_version is counted by every write; it is not for set<>");
    comma separate;
    const auto one = [&]<class Set>(of<Set>) {
        separate(s);
        expression_sink e{s, d, last};
        Set::template write<T>(e);
    };
    (one(of<A>{}), ...);
    if (has_timestamps<T>) {
        separate(s);
        (s.name("updated_at") << " = ").placeholder(d, ++last);
    }
    if (has_version<T>) {
        separate(s);
        write_version_step(s);
    }
}
template <class T, assigns... A>
void encode_assignments(const stamp& by, parameters& p, const A&... a) {
    (a.bind(p), ...);
    if constexpr (has_timestamps<T>) p.timestamp(by.now);
}

// update(key, set<..>..): these columns only.
template <class T, assigns... A>
struct patch_text : counted_text<patch_text<T, A...>> {
    static constexpr std::string_view verb = "patch";
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        (s << "update ").name(meta<T>.name) << " set ";
        write_assignments<T, A...>(s, d, last);
        s << " where ";
        write_key_condition<T>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<patch_text>::count();
};

// The key of a row, or a key value that the caller gives: one member's value, or a tuple of several.
template <class T>
void encode_key_of(const void* row, parameters& p) {
    const T& r = *static_cast<const T*>(row);
    const auto one = [&]<auto... M>(const primary_key_fact<M...>&) { (encode(r.*M, p), ...); };
    one(std::get<primary_key_of<T>>(meta<T>.facts));
}
template <class T>
void encode_key(const key_of_t<T>& key, parameters& p) {
    if constexpr (key_parameters<T> == 1)
        encode(key, p);
    else
        std::apply([&](const auto&... part) { (encode(part, p), ...); }, key);
}

// The values of update_text<T>, in its order.
template <class T>
void encode_update(const void* row, const stamp& by, parameters& p) {
    const T& r = *static_cast<const T*>(row);
    for_each_column<T>([&](auto column) {
        using D = decltype(column);
        if constexpr (updated_columns<T>::template keep<D>()) encode_column<D>(r, by, p);
    });
    encode_key_of<T>(row, p);
    if constexpr (has_version<T>) p.integer(r.row_version);
}

template <class T>
void write_back_update(void* row, const stamp& by) {
    T& r = *static_cast<T*>(row);
    if constexpr (has_timestamps<T>) r.updated_at = by.now;
    if constexpr (has_version<T>) ++r.row_version;
}

} // namespace hawser::detail
