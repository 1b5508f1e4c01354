#pragma once
// Which rows a statement sees: those of soft-deletable entities that are not deleted, unless its condition says more.
#include <hawser/mapping/expression/operand.hpp>
#include <hawser/mapping/mixins.hpp>
#include <hawser/mapping/text.hpp>

namespace hawser::detail {

// A condition that every row meets, deleted ones too: what with_deleted() begins with.
struct deleted_too : condition_base {
    using parts = mp::mp_list<>;
    template <class T>
    static constexpr void write(expression_sink& s) {
        s.out << "true";
    }
    static void bind(parameters&) {}
};

// Whether a condition has deleted_too among its parts.
template <class E>
struct shows_deleted : std::false_type {};
template <class E>
    requires requires { typename E::parts; }
struct shows_deleted<E> : mp::mp_any_of<typename E::parts, shows_deleted> {};
template <>
struct shows_deleted<deleted_too> : std::true_type {};

// Whether a statement over T with this condition has to leave out deleted rows by itself.
template <class T, class Where = void>
inline constexpr bool leaves_out_deleted = has_soft_delete<T> && !shows_deleted<Where>::value;

// `before "deleted_at" is null` where the statement leaves out deleted rows, else nothing.
template <class T, class Where = void>
constexpr void write_visible(text_sink& s, std::string_view before) {
    if constexpr (leaves_out_deleted<T, Where>) {
        s << before;
        scope<T>::template write<&soft_deletable::deleted_at>(s);
        s << " is null";
    }
}

} // namespace hawser::detail
