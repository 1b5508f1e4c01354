#pragma once
// SELECT of one aggregate over all rows of a query.
#include <hawser/mapping/select.hpp>

namespace hawser::detail {

template <class S, class Aggregate, class Where>
struct total_text : counted_text<total_text<S, Aggregate, Where>> {
    static constexpr std::string_view verb = "total";
    static constexpr bool read_only = true;
    static constexpr void write_to(text_sink& s, dialect d, unsigned& last) {
        s << "select ";
        expression_sink e{s, d, last};
        Aggregate::template write<S>(e);
        s << " from ";
        source<S, Where>::write(s, d);
        write_where<S, Where>(s, d, last);
    }
    static constexpr unsigned parameters = counted_text<total_text>::count();
};

} // namespace hawser::detail
