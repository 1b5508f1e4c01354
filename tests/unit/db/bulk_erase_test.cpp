#include "bulk_rows.hpp"

using namespace market;
using hawser::errc;

TEST_CASE("bulk_erase erases what is there and counts it", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        const auto rows = co_await stored(db, 200);
        std::vector<std::int64_t> keys;
        for (std::size_t i = 0; i < 100; ++i) keys.push_back(rows[i * 2].id);
        keys.push_back(rows[0].id);
        keys.push_back(100000);
        const auto erased = co_await positions.bulk_erase(keys);
        CHECK(erased == 100);
        const auto left = co_await positions.count();
        CHECK(left == 100);
        const auto nothing = co_await positions.bulk_erase({});
        CHECK(nothing == 0);
        const auto by_chunks = co_await positions.bulk_erase(keys, {.atomic = false, .chunk = 10});
        CHECK(by_chunks == 0);
    });
}

TEST_CASE("bulk_erase takes keys of several members", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::repository<prediction> predictions{db};
        std::vector<prediction> rows(3);
        for (std::size_t i = 0; i < 3; ++i) rows[i].model = "m", rows[i].symbol = std::to_string(i);
        co_await predictions.bulk_insert(rows);
        const std::vector<std::tuple<std::string, std::string>> keys{{"m", "2"}, {"m", "0"}, {"x", "0"}};
        const auto erased = co_await predictions.bulk_erase(keys);
        CHECK(erased == 2);
        const auto left = co_await predictions.one();
        CHECK(left.symbol == "1");
    });
}
