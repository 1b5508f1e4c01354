#include "on_each_market.hpp"

using namespace market;
using hawser::errc;

namespace {

template <class F>
hawser::error thrown(F f) {
    try {
        f();
    } catch (const hawser::error& e) { return e; }
    throw std::logic_error("expected an error");
}

const char* shapes(const hawser::database& db) {
    return is_postgres(db)
               ? "select 1 as n, 2.5::float8 as x, 'it''s' as t, '\\x00ff'::bytea as b, null as missing"
               : "select 1 as n, 2.5 as x, 'it''s' as t, x'00ff' as b, null as missing";
}

} // namespace

TEST_CASE("a query without a Row gives names and values of run time", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const hawser::result any = co_await db.query(hawser::sql(shapes(db)));
        const std::vector<std::string> names(any.column_names().begin(), any.column_names().end());
        CHECK(names == std::vector<std::string>{"n", "x", "t", "b", "missing"});
        REQUIRE(any.size() == 1);
        CHECK(any[0][0].as<std::int64_t>() == 1);
        CHECK(any[0][0].as<int>() == 1);
        CHECK(any[0]["x"].as<double>() == 2.5);
        CHECK(any[0]["t"].as<std::string>() == "it's");
        CHECK(any[0][0].as<hawser::decimal<18, 8>>() == hawser::decimal<18, 8>::from_scaled(1));
        CHECK(any[0]["missing"].is_null());
        CHECK(any[0]["missing"].as<std::optional<int>>() == std::nullopt);
        CHECK(any[0]["n"].as<std::optional<int>>() == 1);
        std::string text;
        for (const auto& row : any)
            for (const hawser::value& v : row) text += v.to_text() + '|';
        CHECK(text == "1|2.5|it's|\\x00ff|NULL|");
    });
}

TEST_CASE("the text of a value is that of its type where the engine tells the type", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto id = hawser::uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
        const auto wide = hawser::decimal<38, 8>::parse("-123456789012345678901234.50000000");
        if (is_postgres(db)) {
            const auto any = co_await db.query(
                hawser::sql("select $1::uuid as id, $2::numeric(38, 8) as wide, date '2026-03-04' as day, "
                            "date '0044-03-15 BC' as old, timestamptz '20000-01-01 UTC' as late, "
                            "interval '1 hour 1.5 s' as took"),
                id, wide);
            std::string text;
            for (const hawser::value& v : any[0]) text += v.to_text() + '|';
            CHECK(text ==
                  "01890a5d-ac96-774b-bcce-b302099a8057|-123456789012345678901234.50000000|2026-03-04|"
                  "0044-03-15 BC|20000-01-01T00:00:00.000000Z|01:00:01.5|");
        } else {
            const auto any = co_await db.query(hawser::sql("select $1 as id, $2 as wide"), id, wide);
            CHECK(any[0]["id"].to_text() == "\\x01890a5dac96774bbcceb302099a8057");
            CHECK(any[0]["id"].as<hawser::uuid>() == id);
            CHECK(any[0]["wide"].to_text().starts_with("\\x"));
        }
    });
}

TEST_CASE("a value keeps what it holds when its result is gone", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        hawser::value kept;
        CHECK(kept.is_null());
        {
            const auto any = co_await db.query<"select 'a text longer than any small buffer' as t, $1">(7);
            kept = any[0]["t"];
            CHECK(any[0][1].as<int>() == 7);
        }
        CHECK(kept.as<std::string>() == "a text longer than any small buffer");
        CHECK(kept.column() == "t");
    });
}

TEST_CASE("a value that is asked for as something else names its column", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto any = co_await db.query(hawser::sql("select 'x' as word, 300 as large, null as missing"));
        const auto wrong = thrown([&] { (void)any[0]["word"].as<int>(); });
        CHECK(wrong.kind() == errc::type_mismatch);
        CHECK(wrong.info().columns == std::vector<std::string>{"word"});
        const auto large = thrown([&] { (void)any[0]["large"].as<std::int8_t>(); });
        CHECK(large.kind() == errc::out_of_range);
        CHECK(large.info().columns == std::vector<std::string>{"large"});
        const auto null = thrown([&] { (void)any[0]["missing"].as<std::string>(); });
        CHECK(null.kind() == errc::type_mismatch);
        CHECK(std::string(null.what()).find("column missing is NULL") != std::string::npos);
        CHECK(thrown([&] { (void)any[0]["absent"]; }).kind() == errc::undefined_object);
        CHECK(thrown([&] { (void)any[0][3]; }).kind() == errc::out_of_range);
        CHECK(thrown([&] { (void)any[1]; }).kind() == errc::out_of_range);
    });
}

TEST_CASE("a result without rows has names, one of a statement without rows has none", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const auto none = co_await db.query(hawser::sql("select 1 as n where 1 = $1"), 2);
        CHECK(none.empty());
        REQUIRE(none.column_names().size() == 1);
        CHECK(none.begin() == none.end());
        const auto erased = co_await db.query(hawser::sql("delete from trades"));
        CHECK(erased.column_names().empty());
        CHECK(erased.size() == 0);
        CHECK(hawser::result().size() == 0);
    });
}

TEST_CASE("tuples, optionals and scalars are rows; a dynamic result is in transactions too", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        using pair = std::tuple<std::int64_t, std::optional<std::string>>;
        const auto one = co_await db.query_one<pair, "select 3, null">();
        CHECK(one == pair{3, std::nullopt});
        const auto maybe = co_await db.query_one<std::optional<double>, "select avg(price) from trades">();
        CHECK_FALSE(maybe.has_value());
        const auto many = co_await db.query<pair, "select 1, 'a' union all select 2, null order by 1">();
        REQUIRE(many.size() == 2);
        CHECK(std::get<1>(many[0]) == "a");
        hawser::transaction tx = co_await db.begin();
        const auto any = co_await tx.query(hawser::sql("select count(*) from trades"));
        CHECK(any[0][0].as<std::int64_t>() == 0);
        co_await tx.rollback();
    });
}
