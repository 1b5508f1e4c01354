#include "fixture.hpp"
#include <algorithm>
#include <string>
#include <vector>

using namespace market;
using hawser::errc;

namespace {

std::vector<position> many(std::size_t count) {
    std::vector<position> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(make_position("S" + std::to_string(i), static_cast<int>(i % 100)));
    return rows;
}

} // namespace

TEST_CASE("the keys of a bulk insert on PostgreSQL are in the order of its rows, however many parts it has",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    const std::size_t count = GENERATE(1u, 1000u, 3500u);
    on_postgres([count](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        const std::vector<position> rows = many(count);
        const std::vector<std::int64_t> ids = co_await positions.bulk_insert(rows);
        REQUIRE(ids.size() == count);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions") == static_cast<std::int64_t>(count));
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < count; i += count / 10 + 1) {
            const position p = co_await positions.get(ids[i]);
            if (p.symbol != rows[i].symbol || p.quantity != rows[i].quantity) ++wrong;
        }
        CHECK(wrong == 0);
    });
}

TEST_CASE("a bulk insert on PostgreSQL that fails in its last part stores nothing", "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<position> positions{db};
        std::vector<position> rows = many(3500);
        rows.back().symbol = "S0";
        const auto error = co_await error_of(positions.bulk_insert(rows));
        CHECK(error.kind() == errc::unique_violation);
        CHECK(error.violates<&position::symbol>());
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from positions") == 0);
        // The connection serves again.
        position p = make_position("S0", 1);
        co_await positions.insert(p);
        CHECK(look.integer("select count(*) from positions") == 1);
    });
}

TEST_CASE("other work goes on beside a bulk insert on PostgreSQL, and not into it", "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            hawser::repository<position> positions{db};
            position p = make_position("BTC", 1);
            co_await positions.insert(p);
            position stale = p;
            p.quantity = 2;
            co_await positions.update(p);
            const std::vector<position> rows = many(20000);
            // Both are under way at once: the second is refused, and asks whether its row is there.
            bool refused = false;
            std::optional<bool> there;
            auto conflict = [&]() -> task<> {
                try {
                    co_await positions.update(stale);
                } catch (const hawser::stale_object& e) { there = e.row_exists(); }
                refused = true;
            };
            auto executor = co_await boost::asio::this_coro::executor;
            boost::asio::co_spawn(executor, conflict(), boost::asio::detached);
            const auto ids = co_await positions.bulk_insert(rows);
            CHECK(ids.size() == rows.size());
            while (!refused) co_await db.ping();
            CHECK(there == true);
            auto look = fresh.look();
            CHECK(look.integer("select count(*) from positions") == 20001);
        },
        {.pool = {.shared_connections = 1}});
}

TEST_CASE("a bulk insert on PostgreSQL that fails takes no other one with it", "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database& fresh) -> task<> {
            hawser::repository<position> positions{db};
            std::vector<position> twice = many(1500);
            twice.back().symbol = "S0";
            std::vector<position> others = many(1500);
            for (position& p : others) p.symbol += "x";
            bool over = false;
            std::exception_ptr failure;
            std::size_t stored = 0;
            auto beside = [&]() -> task<> {
                const auto ids = co_await positions.bulk_insert(others);
                stored = ids.size();
            };
            const auto ended = [&](std::exception_ptr e) {
                failure = e;
                over = true;
            };
            auto executor = co_await boost::asio::this_coro::executor;
            auto refused = error_of(positions.bulk_insert(twice));
            boost::asio::co_spawn(executor, beside(), ended);
            const auto error = co_await std::move(refused);
            CHECK(error.kind() == errc::unique_violation);
            while (!over) co_await db.ping();
            CHECK(failure == nullptr);
            CHECK(stored == others.size());
            auto look = fresh.look();
            CHECK(look.integer("select count(*) from positions") == 1500);
        },
        {.pool = {.shared_connections = 1}});
}

TEST_CASE("rows are upserted and erased in bulk on PostgreSQL", "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        hawser::repository<prediction> predictions{db};
        std::vector<prediction> rows(1500);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].model = "m";
            rows[i].symbol = std::to_string(i);
            rows[i].score = 0.5;
            rows[i].features = hawser::json_text(R"({"a": [1, null]})");
        }
        const auto first = co_await predictions.bulk_upsert(rows);
        CHECK(first.inserted == 1500);
        CHECK(first.updated == 0);
        rows.resize(10);
        for (prediction& p : rows) p.score = 0.75;
        const auto second = co_await predictions.bulk_upsert(rows);
        CHECK(second.inserted == 0);
        CHECK(second.updated == 10);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from predictions where score = 0.75") == 10);
        std::vector<std::tuple<std::string, std::string>> keys;
        keys.emplace_back("m", "0");
        keys.emplace_back("m", "nobody");
        const auto erased = co_await predictions.bulk_erase(keys);
        CHECK(erased == 1);
    });
}

TEST_CASE("many parts of a bulk insert without keys end, well or not: nothing waits for their answers",
          "[postgres][bulk]") {
    NEED_POSTGRES();
    on_postgres([](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        const auto bounded = db.with({.timeout = std::chrono::seconds(30)});
        const hawser::repository<prediction> predictions{bounded};
        std::vector<prediction> rows(60000);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].model = "m";
            rows[i].symbol = std::to_string(i);
            rows[i].score = 0.5;
        }
        co_await predictions.bulk_insert(rows);
        auto look = fresh.look();
        CHECK(look.integer("select count(*) from predictions") == 60000);
        const auto twice = co_await error_of(predictions.bulk_insert(rows));
        CHECK(twice.kind() == hawser::errc::unique_violation);
        CHECK(look.integer("select count(*) from predictions") == 60000);
    });
}
