#pragma once
// SELECT of one member.
#include <hawser/mapping/select.hpp>
#include <optional>
#include <type_traits>

namespace hawser::detail {

// What is plucked: of a table that may have no row, there may be no value.
template <class S, auto Member>
using plucked =
    std::conditional_t<null_in<S, column<Member>>(), std::optional<bare<value_of<Member>>>, value_of<Member>>;

template <class T, auto Member, bool Distinct, class Where, class Tail, class... Order>
struct pluck_text : counted_text<pluck_text<T, Member, Distinct, Where, Tail, Order...>> {
    static constexpr std::string_view verb = "pluck";
    static constexpr bool read_only = !locks<Tail>;
    static constexpr bool many_rows = std::is_same_v<Tail, unbounded>;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        static_assert(scope<T>::template has<Member>, "hawser: pluck<> names a member of another struct");
        s << (Distinct ? "select distinct " : "select ");
        scope<T>::template write<Member>(s);
        s << " from ";
        source<T, Where>::write(s, d);
        write_where<T, Where>(s, d, last);
        write_order<T, Order...>(s, d, last);
        Tail::write(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<pluck_text>::count();
};

} // namespace hawser::detail
