#pragma once
// Rows for the tests of bulk calls.
#include "on_each_market.hpp"
#include <algorithm>
#include <tuple>

namespace market {

inline std::vector<position> many(std::size_t n, std::size_t from = 0) {
    std::vector<position> rows;
    for (std::size_t i = 0; i < n; ++i) rows.push_back(make_position("S" + std::to_string(from + i)));
    return rows;
}

// Stored, and as they were read back.
inline task<std::vector<position>> stored(hawser::database db, std::size_t n) {
    hawser::repository<position> positions{db};
    const auto rows = many(n);
    co_await positions.bulk_insert(rows);
    co_return co_await positions.order_by(hawser::asc<&position::id>).all();
}

inline auto all_of(const position& p) {
    return std::tie(p.id, p.symbol, p.quantity, p.low, p.note, p.created_at, p.updated_at, p.row_version);
}
inline bool same(const std::vector<position>& a, const std::vector<position>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const position& x, const position& y) { return all_of(x) == all_of(y); });
}

using steps = std::vector<std::pair<std::size_t, std::size_t>>;

} // namespace market
