#pragma once
// An order that joins accounts twice, and a way to write an expression over both.
#include "schema.hpp"

namespace app {

struct order {
    std::int64_t buyer{}, seller{};
};
BOOST_DESCRIBE_STRUCT(order, (), (buyer, seller))
consteval auto hawser_table(hawser::of<order>) {
    return hawser::table<order>("orders", hawser::primary_key<&order::buyer>);
}
using both = hawser::detail::joined<order, hawser::detail::linked<&order::buyer, account>,
                                    hawser::detail::linked<&order::seller, account>>;

template <class E>
void write(const E&) {
    hawser::detail::text_sink out;
    unsigned last = 0;
    hawser::detail::expression_sink s{out, hawser::dialect::sqlite, last};
    E::template write<both>(s);
}

} // namespace app
