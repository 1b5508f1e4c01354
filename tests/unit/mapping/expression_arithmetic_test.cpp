#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::sample;
using hawser::col;
using mapping_test::bound;
using mapping_test::check_both;

TEST_CASE("integers stay within their column's SQL type", "[mapping][expression]") {
    check_both<sample>(col<&sample::i8> + 1, R"(int_fit("i8" + ?1, -32768, 32767))", R"(("i8" + $1))");
    check_both<sample>(col<&sample::u8> - 1, R"(int_fit("u8" - ?1, -32768, 32767))", R"(("u8" - $1))");
    check_both<sample>(col<&sample::u16> * 2, R"(int_fit("u16" * ?1, -2147483648, 2147483647))",
                       R"(("u16" * $1))");
    check_both<sample>(col<&sample::u32> + 1, R"(int_fit("u32" + ?1))", R"(("u32" + $1))");
    check_both<sample>(col<&sample::i64> * col<&sample::i64>, R"(int_fit("i64" * "i64"))",
                       R"(("i64" * "i64"))");
}

TEST_CASE("a quotient of integers truncates, and fails for zero", "[mapping][expression]") {
    check_both<sample>(col<&sample::i64> / 3, R"(int_fit(int_div("i64", ?1)))", R"(("i64" / $1))");
    check_both<sample>(7 / col<&sample::i16>, R"(int_fit(int_div(?1, "i16"), -32768, 32767))",
                       R"(($1 / "i16"))");
}

TEST_CASE("floats are computed by the engine, but for the division by zero", "[mapping][expression]") {
    check_both<sample>(col<&sample::f64> * 2 + 0.5, R"((("f64" * ?1) + ?2))", R"((("f64" * $1) + $2))");
    check_both<sample>(col<&sample::f64> / col<&sample::o_f64>, R"(real_div("f64", "o_f64"))",
                       R"(("f64" / "o_f64"))");
}

TEST_CASE("decimals keep their type", "[mapping][expression]") {
    check_both<sample>(col<&sample::price> - 1,
                       R"(int_fit("price" - ?1, -999999999999999999, 999999999999999999))",
                       R"(("price" - $1)::numeric(18,8))");
    check_both<sample>(col<&sample::lots> + 1, R"(int_fit("lots" + ?1, -99999, 99999))",
                       R"(("lots" + $1)::numeric(5,0))");
    CHECK(bound(col<&sample::price> - 1) == "100000000");
}

TEST_CASE("signs are taken and changed", "[mapping][expression]") {
    check_both<sample>(-col<&sample::i64>, R"(int_fit((-"i64")))", R"((-"i64"))");
    check_both<sample>(hawser::abs(col<&sample::i16> - 1),
                       R"(int_fit(abs(int_fit("i16" - ?1, -32768, 32767)), -32768, 32767))",
                       R"(abs(("i16" - $1)))");
    check_both<sample>(-col<&sample::f64> < 0, R"((-"f64") < ?1)", R"((-"f64") < $1)");
}

TEST_CASE("every operand has the tests that a column has", "[mapping][expression]") {
    const auto sum = col<&sample::i64> + col<&sample::o_i64>;
    check_both<sample>(sum.between(1, 2), R"(int_fit("i64" + "o_i64") between ?1 and ?2)",
                       R"(("i64" + "o_i64") between $1 and $2)");
    check_both<sample>(sum.is_null(), R"(int_fit("i64" + "o_i64") is null)", R"(("i64" + "o_i64") is null)");
    check_both<sample>(hawser::coalesce(col<&sample::o_i64>, 3).not_in(4),
                       R"(not (coalesce("o_i64", ?1) in (select value from json_each(?2))))",
                       R"(not (coalesce("o_i64", $1) = any($2)))");
    CHECK(bound(hawser::coalesce(col<&sample::o_i64>, 3) > 4) == "3|4");
}

TEST_CASE("coalesce takes any number", "[mapping][expression]") {
    const auto e = hawser::coalesce(col<&sample::o_i64>, col<&sample::i64> + 1, 5);
    check_both<sample>(e, R"(coalesce("o_i64", int_fit("i64" + ?1), ?2))",
                       R"(coalesce("o_i64", ("i64" + $1), $2))");
    CHECK(bound(e) == "1|5");
    STATIC_REQUIRE_FALSE(decltype(e)::may_be_null);
}

TEST_CASE("least and greatest take any number", "[mapping][expression]") {
    check_both<sample>(hawser::least(col<&sample::i64>, 5, col<&sample::i64>),
                       R"(min(min("i64", ?1), "i64"))", R"(least(least("i64", $1), "i64"))");
    check_both<sample>(hawser::greatest(1, col<&sample::i64>, 2), R"(max(max(?1, "i64"), ?2))",
                       R"(greatest(greatest($1, "i64"), $2))");
}
