#pragma once
// SELECT, and UPDATE and DELETE by condition, of one entity.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/select/lock.hpp>
#include <hawser/mapping/select/source.hpp>
#include <hawser/mapping/static_statement.hpp>
#include <hawser/mapping/update.hpp>
#include <hawser/mapping/visible.hpp>

namespace hawser::detail {

template <class T, class Where>
constexpr void write_where(text_sink& s, dialect d, unsigned& last) {
    static_assert(!has_aggregate<Where>, "hawser: an aggregate belongs into having(), not into where()");
    if constexpr (has_condition<Where>) {
        s << " where ";
        expression_sink e{s, d, last};
        Where::template write<T>(e);
    }
    write_visible<T, Where>(s, has_condition<Where> ? " and " : " where ");
}
template <class T, class... Order>
constexpr void write_order(text_sink& s, dialect d, unsigned& last) {
    if constexpr (sizeof...(Order) > 0) {
        s << " order by ";
        comma separate;
        const auto one = [&]<class O>(of<O>) {
            separate(s);
            expression_sink e{s, d, last};
            O::template write<T>(e);
        };
        (one(of<Order>{}), ...);
    }
}

// How the number of rows is bounded: not, by parameters, or by the verb itself.
struct unbounded {
    static constexpr void write(text_sink&, dialect, unsigned&) {}
};
struct limited {
    static constexpr void write(text_sink& s, dialect d, unsigned& last) {
        (s << " limit ").placeholder(d, ++last);
    }
};
struct limited_and_shifted {
    static constexpr void write(text_sink& s, dialect d, unsigned& last) {
        (s << " limit ").placeholder(d, ++last);
        (s << " offset ").placeholder(d, ++last);
    }
};
template <unsigned N>
struct at_most {
    static constexpr void write(text_sink& s, dialect, unsigned&) { (s << " limit ").number(N); }
};

// Bound: the number of rows, and the lock behind it.
template <class T, class Where, class Bound, class... Order>
struct select_text : counted_text<select_text<T, Where, Bound, Order...>> {
    static constexpr std::string_view verb = "select";
    static constexpr bool read_only = !locks<Bound>;
    static constexpr bool many_rows = std::is_same_v<Bound, unbounded>;
    static constexpr bool whole_table = many_rows && !has_condition<Where> && !leaves_out_deleted<T, Where>;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        s << "select ";
        write_all_columns<T>(s);
        write_table<T>(s << " from ", d);
        write_where<T, Where>(s, d, last);
        write_order<T, Order...>(s, d, last);
        Bound::write(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<select_text>::count();
};

template <class T>
struct by_key_text : counted_text<by_key_text<T>> {
    static constexpr std::string_view verb = "get";
    static constexpr bool read_only = true;
    static constexpr bool one_row = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        s << "select ";
        write_all_columns<T>(s);
        write_table<T>(s << " from ", d) << " where ";
        write_key_condition<T>(s, d, last);
        write_visible<T>(s, " and ");
    }
    static constexpr unsigned parameters = counted_text<by_key_text>::count();
};

template <class T, class Where>
struct count_text : counted_text<count_text<T, Where>> {
    static constexpr std::string_view verb = "count";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<main_of<T>>::ok);
        s << "select count(*) from ";
        source<T, Where>::write(s, d);
        write_where<T, Where>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<count_text>::count();
};

template <class T, class Where>
struct exists_text : counted_text<exists_text<T, Where>> {
    static constexpr std::string_view verb = "exists";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<main_of<T>>::ok);
        s << "select exists (select 1 from ";
        source<T, Where>::write(s, d);
        write_where<T, Where>(s, d, last);
        s << ')';
    }
    static constexpr unsigned parameters = counted_text<exists_text>::count();
};

template <class T, class Where, class... A>
struct update_where_text : counted_text<update_where_text<T, Where, A...>> {
    static constexpr std::string_view verb = "update_where";
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        write_table<T>(s << "update ", d) << " set ";
        write_assignments<T, A...>(s, d, last);
        write_where<T, Where>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<update_where_text>::count();
};

template <class T, class Where>
struct erase_where_text : counted_text<erase_where_text<T, Where>> {
    static constexpr std::string_view verb = "erase_where";
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        write_erasure<T>(s, d, last);
        write_where<T, Where>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<erase_where_text>::count();
};

// Deletes for good, whether a row is marked as deleted or not.
template <class T, class Where>
struct purge_where_text : counted_text<purge_where_text<T, Where>> {
    static constexpr std::string_view verb = "purge_where";
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        write_table<T>(s << "delete from ", d);
        if constexpr (has_condition<Where>) {
            s << " where ";
            expression_sink e{s, d, last};
            Where::template write<T>(e);
        }
    }
    static constexpr unsigned parameters = counted_text<purge_where_text>::count();
};

// A guard: fails on PostgreSQL's side by 1/0, on SQLite by returning no row. It locks its row, so it is no read.
template <class T, class Where>
struct expect_text : counted_text<expect_text<T, Where>> {
    static constexpr std::string_view verb = "expect";
    static constexpr bool read_only = false;
    static constexpr bool one_row = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        if (d == dialect::postgres) s << "select 1/count(*) from (";
        write_table<T>(s << "select 1 from ", d) << " where ";
        write_key_condition<T>(s, d, last);
        write_visible<T>(s, " and ");
        s << " and ";
        expression_sink e{s, d, last};
        Where::template write<T>(e);
        if (d == dialect::postgres) s << " for update) g";
    }
    static constexpr unsigned parameters = counted_text<expect_text>::count();
};

} // namespace hawser::detail
