#include <algorithm>
#include <random>
#include "on_each_market.hpp"

using namespace market;
using hawser::asc;
using hawser::desc;

namespace {

// Prices, fees and times from so few values that most rows share theirs.
task<> fill(hawser::database db, unsigned seed, int count) {
    std::mt19937 random(seed);
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    hawser::repository<position> positions{db};
    position p = make_position("P");
    co_await positions.insert(p);
    std::vector<trade> rows;
    for (int i = 0; i < count; ++i) {
        trade t = make_trade(p.id, std::string(1, static_cast<char>('A' + pick(3))), "1", pick(4));
        if (pick(3) > 0) t.fee = pick(3);
        t.executed_at += std::chrono::microseconds(pick(3));
        rows.push_back(t);
    }
    hawser::repository<trade> trades{db};
    co_await trades.bulk_insert(rows);
}

std::vector<std::int64_t> ids_of(const std::vector<trade>& rows) {
    std::vector<std::int64_t> ids;
    for (const trade& t : rows) ids.push_back(t.id);
    return ids;
}

// All pages one behind the other.
template <class Query>
task<std::vector<std::int64_t>> paged(Query ordered, std::int64_t size) {
    std::vector<trade> seen;
    std::vector<trade> page = co_await ordered.limit(size).all();
    while (!page.empty()) {
        seen.insert(seen.end(), page.begin(), page.end());
        page = co_await ordered.after(seen.back()).limit(size).all();
    }
    co_return ids_of(seen);
}

} // namespace

namespace {

template <class Query>
task<> check_pages(Query query) {
    const auto all = co_await query.all();
    const auto whole = ids_of(all);
    for (const std::int64_t size : {1, 2, 3, 7, 50, 96, 97, 98}) {
        const auto seen = co_await paged(query, size);
        CAPTURE(size);
        CHECK(seen == whole);
    }
}

} // namespace

TEST_CASE("pages of any size are the ordered whole, over ties and mixed directions", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db, 1, 97);
        hawser::repository<trade> trades{db};
        co_await check_pages(trades.order_by(asc<&trade::id>));
        co_await check_pages(trades.order_by(desc<&trade::id>));
        co_await check_pages(trades.order_by(desc<&trade::executed_at>, desc<&trade::id>));
        co_await check_pages(
            trades.order_by(desc<&trade::executed_at>, asc<&trade::quantity>, desc<&trade::id>));
    });
}

TEST_CASE("pages of any size are the ordered whole, over NULLs", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db, 1, 97);
        hawser::repository<trade> trades{db};
        co_await check_pages(trades.order_by(asc<&trade::fee>, asc<&trade::id>));
        co_await check_pages(trades.order_by(desc<&trade::fee>, desc<&trade::id>));
        co_await check_pages(trades.order_by(asc<&trade::symbol>, desc<&trade::fee>, asc<&trade::id>));
        co_await check_pages(
            trades.where(col<&trade::quantity> > 1).order_by(asc<&trade::fee>, desc<&trade::id>));
    });
}

TEST_CASE("a page begins behind its row also where the row is gone", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        co_await fill(db, 2, 10);
        hawser::repository<trade> trades{db};
        const auto by_id = trades.order_by(asc<&trade::id>);
        const auto first = co_await by_id.limit(4).all();
        const trade last = first.back();
        co_await trades.erase(last.id);
        const auto next = co_await by_id.after(last).all();
        REQUIRE(next.size() == 6);
        CHECK(next.front().id == last.id + 1);
        const auto left = co_await trades.where(col<&trade::id> > 0)
                              .order_by(asc<&trade::id>)
                              .after(last)
                              .pluck<&trade::id>();
        CHECK(left.size() == 6);
    });
}
