#pragma once
// UPDATE and DELETE by key: text, values, what is written back.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/static_statement.hpp>
#include <hawser/mapping/visible.hpp>

namespace hawser::detail {

// What update(row) writes: neither the key, nor what lasts from the insert on, nor the version, which counts itself.
template <class T>
struct updated_columns {
    template <class D>
    static constexpr bool keep() {
        constexpr column_role role = role_of<D>();
        return !in_key<T, D> && !is_lasting(role) && role != column_role::version &&
               role != column_role::deleted_at;
    }
};

// The column of a mixin's member.
template <class T, auto Member>
constexpr text_sink& write_own(text_sink& s) {
    return s.name(find_name<T, Member>());
}
template <class T>
constexpr void write_version_step(text_sink& s) {
    write_own<T, &versioned::row_version>(s) << " = ";
    write_own<T, &versioned::row_version>(s) << " + 1";
}

// What every write of a row changes beside what it is asked for.
template <class T>
constexpr void write_touches(text_sink& s, dialect d, unsigned& last, comma& separate) {
    const auto touch = [&]<auto Member>() {
        separate(s);
        (write_own<T, Member>(s) << " = ").placeholder(d, ++last);
    };
    if constexpr (has_timestamps<T>) touch.template operator()<&timestamps::updated_at>();
    if constexpr (has_audit<T>) {
        touch.template operator()<&audited::updated_by>();
        touch.template operator()<&audited::change_reason>();
    }
    if constexpr (has_version<T>) {
        separate(s);
        write_version_step<T>(s);
    }
}
template <class T>
void encode_touches(const stamp& by, parameters& p) {
    if constexpr (has_timestamps<T>) p.timestamp(by.now);
    if constexpr (has_audit<T>) {
        encode_told(by.actor, p);
        encode_told(by.reason, p);
    }
}

// On PostgreSQL a missing row must fail on the server, since a pipeline does not stop at UPDATE 0: 1/count(*).
template <class T>
struct update_text {
    static constexpr std::string_view verb = "update";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr unsigned parameters =
        count_columns<T, updated_columns<T>> + key_parameters<T> + (has_version<T> ? 1 : 0);
    static constexpr void write(text_sink& s, dialect d) {
        static_assert(checked<T>::ok);
        const bool wrapped = has_version<T> && d == dialect::postgres;
        if (wrapped) s << "with u as (";
        write_table<T>(s << "update ", d) << " set ";
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
        if constexpr (has_version<T>) {
            separate(s);
            write_version_step<T>(s);
        }
        s << " where ";
        write_key_condition<T>(s, d, last);
        if constexpr (has_version<T>)
            (write_own<T, &versioned::row_version>(s << " and ") << " = ").placeholder(d, ++last);
        write_visible<T>(s, " and ");
        if constexpr (has_version<T>) {
            if (!wrapped) return;
            write_own<T, &versioned::row_version>(s << " returning ") << ") select max(";
            write_own<T, &versioned::row_version>(s) << "), 1/count(*) from u";
        }
    }
};

// `delete from t`, or of a soft-deletable entity `update t set deleted_at = ..`; a condition follows. The values are
// those of encode_erasure, then the condition's.
template <class T>
constexpr void write_erasure(text_sink& s, dialect d, unsigned& last) {
    static_assert(checked<T>::ok);
    if constexpr (has_soft_delete<T>) {
        write_table<T>(s << "update ", d) << " set ";
        comma separate;
        separate(s);
        (write_own<T, &soft_deletable::deleted_at>(s) << " = ").placeholder(d, ++last);
        write_touches<T>(s, d, last, separate);
    } else {
        write_table<T>(s << "delete from ", d);
    }
}
template <class T>
void encode_erasure(const stamp& by, parameters& p) {
    if constexpr (has_soft_delete<T>) {
        p.timestamp(by.now);
        encode_touches<T>(by, p);
    }
}

template <class T>
struct erase_text : counted_text<erase_text<T>> {
    static constexpr std::string_view verb = "erase";
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        write_erasure<T>(s, d, last);
        s << " where ";
        write_key_condition<T>(s, d, last);
        write_visible<T>(s, " and ");
    }
    static constexpr unsigned parameters = counted_text<erase_text>::count();
};

// The values are those of encode_touches, then the key.
template <class T>
struct restore_text : counted_text<restore_text<T>> {
    static constexpr std::string_view verb = "restore";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        write_table<T>(s << "update ", d) << " set ";
        comma separate;
        separate(s);
        write_own<T, &soft_deletable::deleted_at>(s) << " = null";
        write_touches<T>(s, d, last, separate);
        s << " where ";
        write_key_condition<T>(s, d, last);
        write_own<T, &soft_deletable::deleted_at>(s << " and ") << " is not null";
    }
    static constexpr unsigned parameters = counted_text<restore_text>::count();
};

// Deletes a row for good, whether it is marked as deleted or not.
template <class T>
struct purge_text {
    static constexpr std::string_view verb = "purge";
    static constexpr bool read_only = false;
    static constexpr unsigned parameters = key_parameters<T>;
    static constexpr void write(text_sink& s, dialect d) {
        static_assert(checked<T>::ok);
        write_table<T>(s << "delete from ", d) << " where ";
        unsigned last = 0;
        write_key_condition<T>(s, d, last);
    }
};

// Whether a row with this key is there: tells a stale row from a missing one.
template <class T>
struct row_exists_text {
    static constexpr std::string_view verb = "row_exists";
    static constexpr bool read_only = true;
    static constexpr bool one_row = true;
    static constexpr unsigned parameters = key_parameters<T>;
    static constexpr void write(text_sink& s, dialect d) {
        write_table<T>(s << "select 1 from ", d) << " where ";
        unsigned last = 0;
        write_key_condition<T>(s, d, last);
        write_visible<T>(s, " and ");
    }
};

template <class A, class... Others>
inline constexpr unsigned times_set = (0u + ... + (is_same_member<A::member, Others::member> ? 1u : 0u));
template <class... A>
inline constexpr bool each_member_once = ((times_set<A, A...> == 1) && ...);

template <class T, auto M>
inline constexpr bool is_audit_member =
    has_audit<T> && (is_same_member<M, &audited::created_by> || is_same_member<M, &audited::updated_by> ||
                     is_same_member<M, &audited::change_reason>);

// What a caller may set, in an update or where an upsert meets a row.
template <class T, class... A>
struct settable {
    static_assert(sizeof...(A) > 0, "hawser: an update sets at least one member");
    static_assert((has_column<T, A::member> && ...), "hawser: set<> names a member of another struct");
    static_assert(each_member_once<A...>, "hawser: an update sets a member twice");
    static_assert(!(has_aggregate<decltype(A::value)> || ...),
                  "hawser: set<> takes no aggregate; an update has no groups");
    static_assert((!(has_timestamps<T> && is_same_member<A::member, &timestamps::updated_at>) && ...),
                  "hawser: updated_at is set by every write; it is not for set<>");
    static_assert((!(has_version<T> && is_same_member<A::member, &versioned::row_version>) && ...),
                  "hawser: row_version is counted by every write; it is not for set<>");
    static_assert(
        (!is_audit_member<T, A::member> && ...),
        "hawser: created_by, updated_by and change_reason are not for set<>; use db.with({.actor = ..})");
    static_assert((!(has_soft_delete<T> && is_same_member<A::member, &soft_deletable::deleted_at>) && ...),
                  "hawser: deleted_at is not for set<>; use erase and restore");
    static constexpr bool ok = true;
};

// `set a = .., b = ..` with what the framework adds to every write.
template <class T, assigns... A>
constexpr void write_assignments(text_sink& s, dialect d, unsigned& last) {
    static_assert(settable<T, A...>::ok);
    comma separate;
    const auto one = [&]<class Set>(of<Set>) {
        separate(s);
        expression_sink e{s, d, last};
        Set::template write<T>(e);
    };
    (one(of<A>{}), ...);
    write_touches<T>(s, d, last, separate);
}
template <class T, assigns... A>
void encode_assignments(const stamp& by, parameters& p, const A&... a) {
    (a.bind(p), ...);
    encode_touches<T>(by, p);
}

// update(key, set<..>..): these columns only.
template <class T, assigns... A>
struct patch_text : counted_text<patch_text<T, A...>> {
    static constexpr std::string_view verb = "patch";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        write_table<T>(s << "update ", d) << " set ";
        write_assignments<T, A...>(s, d, last);
        s << " where ";
        write_key_condition<T>(s, d, last);
        write_visible<T>(s, " and ");
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
    if constexpr (has_audit<T>) {
        r.updated_by = told(by.actor);
        r.change_reason = told(by.reason);
    }
    if constexpr (has_version<T>) ++r.row_version;
}

} // namespace hawser::detail
