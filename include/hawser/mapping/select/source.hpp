#pragma once
// What a query selects from: one entity, or tables joined along declared references.
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>

namespace hawser::detail {

// The entity whose rows are asked for.
template <class S>
struct main_entity {
    using type = S;
};
template <class S>
using main_of = typename main_entity<S>::type;

// What stands behind `from`, in a query of this condition.
template <class S, class Where>
struct source {
    static constexpr void write(text_sink& s, dialect d) { write_table<S>(s, d); }
};

} // namespace hawser::detail
