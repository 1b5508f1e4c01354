#pragma once
// SELECT, and UPDATE and DELETE by condition, of one entity.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/static_statement.hpp>
#include <hawser/mapping/update.hpp>

namespace hawser::detail {

// No condition: every row.
struct every_row : condition_base {
    template <class T>
    static constexpr void write(expression_sink&) {}
    static void bind(parameters&) {}
};
template <class Where>
inline constexpr bool has_condition = !std::is_same_v<Where, every_row>;

template <class T, class Where>
constexpr void write_where(text_sink& s, dialect d, unsigned& last) {
    if constexpr (has_condition<Where>) {
        s << " where ";
        expression_sink e{s, d, last};
        Where::template write<T>(e);
    }
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

template <class T, class Where, class Bound, class... Order>
struct select_text : counted_text<select_text<T, Where, Bound, Order...>> {
    static constexpr std::string_view verb = "select";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        s << "select ";
        write_all_columns<T>(s);
        (s << " from ").name(meta<T>.name);
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
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        s << "select ";
        write_all_columns<T>(s);
        (s << " from ").name(meta<T>.name) << " where ";
        write_key_condition<T>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<by_key_text>::count();
};

template <class T, class Where>
struct count_text : counted_text<count_text<T, Where>> {
    static constexpr std::string_view verb = "count";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        (s << "select count(*) from ").name(meta<T>.name);
        write_where<T, Where>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<count_text>::count();
};

template <class T, class Where>
struct exists_text : counted_text<exists_text<T, Where>> {
    static constexpr std::string_view verb = "exists";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        (s << "select exists (select 1 from ").name(meta<T>.name);
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
        (s << "update ").name(meta<T>.name) << " set ";
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
        static_assert(checked<T>::ok);
        (s << "delete from ").name(meta<T>.name);
        write_where<T, Where>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<erase_where_text>::count();
};

// A guard: fails on PostgreSQL's side by 1/0, on SQLite by returning no row. It locks its row, so it is no read.
template <class T, class Where>
struct expect_text : counted_text<expect_text<T, Where>> {
    static constexpr std::string_view verb = "expect";
    static constexpr bool read_only = false;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<T>::ok);
        if (d == dialect::postgres) s << "select 1/count(*) from (";
        (s << "select 1 from ").name(meta<T>.name) << " where ";
        write_key_condition<T>(s, d, last);
        s << " and ";
        expression_sink e{s, d, last};
        Where::template write<T>(e);
        if (d == dialect::postgres) s << " for update) g";
    }
    static constexpr unsigned parameters = counted_text<expect_text>::count();
};

} // namespace hawser::detail
