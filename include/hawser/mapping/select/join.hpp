#pragma once
// Joins along declared references, and the rows of the joined tables.
#include <hawser/mapping/expression/joined.hpp>
#include <hawser/mapping/row.hpp>
#include <hawser/mapping/select.hpp>
#include <optional>
#include <tuple>

namespace hawser::detail {

// The fact by which an entity declares what a member refers to.
template <auto Member>
struct refers {
    template <class F>
    struct fn : std::false_type {};
    template <auto M, class O, auto K>
    struct fn<references_fact<M, O, K>> : std::bool_constant<is_same_member<M, Member>> {};
};
template <class Facts, auto Member>
struct reference_in;
template <class... F, auto Member>
struct reference_in<std::tuple<F...>, Member> {
    using found = mp::mp_copy_if_q<mp::mp_list<F...>, refers<Member>>;
    static constexpr bool any = !mp::mp_empty<found>::value;
};
template <class Entity, auto Member>
inline constexpr bool declares = reference_in<facts_of<Entity>, Member>::any;

template <class Fact>
struct reference_parts;
template <auto Member, class Other, auto Key>
struct reference_parts<references_fact<Member, Other, Key>> {
    using other = Other;
    static constexpr std::string_view key() {
        if constexpr (std::is_same_v<std::remove_cv_t<decltype(Key)>, its_primary_key>)
            return members_of<primary_key_of<Other>>::template names<Other>[0];
        else
            return find_name<Other, Key>();
    }
    // Of a row that is referred to.
    static const auto& key_of(const Other& row) {
        if constexpr (std::is_same_v<std::remove_cv_t<decltype(Key)>, its_primary_key>)
            return key_member(row, std::get<primary_key_of<Other>>(meta<Other>.facts));
        else
            return row.*Key;
    }

private:
    template <auto M>
    static const auto& key_member(const Other& row, const primary_key_fact<M>&) {
        return row.*M;
    }
};
template <class Entity, auto Member>
using reference_of = reference_parts<mp::mp_front<typename reference_in<facts_of<Entity>, Member>::found>>;

// A source with one table more.
template <class S>
struct joining {
    using main = S;
    template <class Link>
    using with = joined<S, Link>;
    template <auto Member>
    static consteval table_place owner() {
        return has_column<S, Member> ? table_place{0} : table_place{};
    }
    template <auto Member>
    static consteval table_place link_along() {
        return {};
    }
    template <std::size_t>
    using entity = S;
    template <std::size_t>
    static constexpr bool outer = false;
    static constexpr std::size_t size = 1;
};
template <class Main, class... Links>
struct joining<joined<Main, Links...>> {
    using main = Main;
    template <class Link>
    using with = joined<Main, Links..., Link>;
    template <auto Member>
    static consteval table_place owner() {
        return tables_of<joined<Main, Links...>>::template of_column<Member>();
    }
    template <auto Member>
    static consteval table_place link_along() {
        return tables_of<joined<Main, Links...>>::template of_link<Member>();
    }
    template <std::size_t I>
    using entity = typename joined<Main, Links...>::template entity<I>;
    template <std::size_t I>
    static constexpr bool outer = tables_of<joined<Main, Links...>>::outer(I);
    static constexpr std::size_t size = 1 + sizeof...(Links);
};

template <class S, auto Member>
consteval bool joins_along() {
    constexpr table_place place = joining<S>::template owner<Member>();
    static_assert(
        place.is_one(),
        "hawser: join<> and include<> name a member of the query's entity, or of one joined before");
    if constexpr (place.is_one()) {
        using owner = typename joining<S>::template entity<place.at>;
        static_assert(declares<owner, Member>,
                      "hawser: join<> and include<> go along a member that hawser::references<..> declares");
        return declares<owner, Member>;
    }
    return false;
}
template <class S, auto Member, bool MayLack>
struct with_link {
    static constexpr std::size_t owner_at = joining<S>::template owner<Member>().at;
    using owner = typename joining<S>::template entity<owner_at>;
    using other = typename reference_of<owner, Member>::other;
    static constexpr bool lacks =
        MayLack && (nullable<value_of<Member>> || joining<S>::template outer<owner_at>);
    using link_type = std::conditional_t<lacks, outer_linked<Member, other>, linked<Member, other>>;
    using type = typename joining<S>::template with<link_type>;
};

template <class Main, class... Links>
struct main_entity<joined<Main, Links...>> {
    using type = Main;
};
// Rows of the main entity that are deleted are not seen; those of the others are not there, so that a row that needs
// one is not seen either. A condition that shows deleted rows shows those of all tables.
template <class Main, class... Links>
inline constexpr bool has_soft_delete<joined<Main, Links...>> = has_soft_delete<Main>;
template <class S>
inline constexpr bool may_hold_deleted = has_soft_delete<S>;
template <class Main, class... Links>
inline constexpr bool may_hold_deleted<joined<Main, Links...>> =
    has_soft_delete<Main> || (has_soft_delete<typename Links::other> || ...);

template <class Main, class... Links, class Where>
struct source<joined<Main, Links...>, Where> {
    static constexpr void write(text_sink& s, dialect d) {
        write_alias(write_table<Main>(s, d) << ' ', 0);
        std::size_t at = 0;
        (write_link<Links>(s, d, ++at), ...);
    }

private:
    template <class Link>
    static constexpr void write_link(text_sink& s, dialect d, std::size_t at) {
        constexpr std::size_t owner_at =
            tables_of<joined<Main, Links...>>::template of_column<Link::member>().at;
        using owner = typename joined<Main, Links...>::template entity<owner_at>;
        using other = typename Link::other;
        write_table<other>(s << (is_outer<Link> ? " left join " : " join "), d);
        write_alias(s << ' ', at);
        write_alias(s << " on ", at) << '.';
        s.name(reference_of<owner, Link::member>::key());
        write_alias(s << " = ", owner_at) << '.';
        s.name(find_name<owner, Link::member>());
        if constexpr (leaves_out_deleted<other, Where>) {
            write_alias(s << " and ", at) << '.';
            s.name(find_name<other, &soft_deletable::deleted_at>()) << " is null";
        }
    }
};

// Every column of the main entity, then of each included table.
template <class S, std::size_t At>
constexpr void write_columns_of(text_sink& s, comma& separate) {
    for_each_column<typename joining<S>::template entity<At>>([&](auto column) {
        separate(s);
        write_alias(s, At) << '.';
        s.name(column.name);
    });
}
template <class S, class Included>
struct included_columns;
template <class S, class... At>
struct included_columns<S, mp::mp_list<At...>> {
    static constexpr void write(text_sink& s) {
        comma separate;
        write_columns_of<S, 0>(s, separate);
        (write_columns_of<S, At::value>(s, separate), ...);
    }
    template <std::size_t I>
    using part = std::conditional_t<joining<S>::template outer<I>,
                                    std::optional<typename joining<S>::template entity<I>>,
                                    typename joining<S>::template entity<I>>;
    using row = std::tuple<main_of<S>, part<At::value>...>;
};
template <class S>
struct included_columns<S, mp::mp_list<>> {
    static constexpr void write(text_sink& s) {
        comma separate;
        write_columns_of<S, 0>(s, separate);
    }
    using row = main_of<S>;
};

template <class S, class Included, class Where, class Tail, class... Order>
struct joined_text : counted_text<joined_text<S, Included, Where, Tail, Order...>> {
    static constexpr std::string_view verb = "select";
    static constexpr bool read_only = !locks<Tail>;
    static constexpr bool many_rows = std::is_same_v<Tail, unbounded>;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(checked<main_of<S>>::ok);
        s << "select ";
        included_columns<S, Included>::write(s);
        s << " from ";
        source<S, Where>::write(s, d);
        write_where<S, Where>(s, d, last);
        write_order<S, Order...>(s, d, last);
        Tail::write(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<joined_text>::count();
};

// Several entities of one row; an optional one is there if its key is.
template <described T, class... U, bool Named>
class row_decoder<std::tuple<T, U...>, Named> {
    static constexpr std::size_t width = column_count<T> + (column_count<bare<U>> + ... + 0);

public:
    void begin(std::span<const std::string_view> names) const {
        if (names.size() != width) throw_column_count(names.size(), width);
    }
    void decode_row(std::span<const field_view> fields, std::tuple<T, U...>& out) const {
        std::apply([&](auto&... part) { (take(fields, part), ...); }, out);
    }

private:
    template <class E>
    static void decode(std::span<const field_view> fields, E& out) {
        std::size_t at = 0;
        for_each_column<E>(
            [&](auto column) { decode_field(fields[at++], out.*decltype(column)::pointer, column.name); });
    }
    template <class Part>
    static void take(std::span<const field_view>& fields, Part& part) {
        using E = bare<Part>;
        const auto own = fields.first(column_count<E>);
        fields = fields.subspan(column_count<E>);
        if constexpr (nullable<Part>) {
            std::size_t at = 0;
            bool there = false;
            for_each_column<E>([&](auto column) {
                if (in_key<E, decltype(column)> && !own[at].is_null()) there = true;
                ++at;
            });
            if (there)
                decode(own, part.emplace());
            else
                part.reset();
        } else {
            decode(own, part);
        }
    }
};

} // namespace hawser::detail
