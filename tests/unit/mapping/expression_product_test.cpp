#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/evaluate.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::sample;
using hawser::col;
using hawser::decimal;
using hawser::multiply_rounded;
using mapping_test::bound;
using mapping_test::check_both;

using money = decimal<18, 4>;
using wide = decimal<38, 16>;

TEST_CASE("a product is of the type that is asked for, rounded to it", "[mapping][expression]") {
    check_both<sample>(multiply_rounded<money>(col<&sample::price>, col<&sample::o_price>),
                       R"(int_fit(dec_mul("price", "o_price", 12), -999999999999999999, 999999999999999999))",
                       R"(("price" * "o_price")::numeric(18,4))");
    check_both<sample>(multiply_rounded<wide>(col<&sample::price>, col<&sample::price>),
                       R"(dec_wide(dec_mul("price", "price", 0)))", R"(("price" * "price")::numeric(38,16))");
}

TEST_CASE("a product may lose more digits than one decimal has", "[mapping][expression]") {
    const auto square = multiply_rounded<wide>(col<&sample::price>, col<&sample::price>);
    check_both<sample>(multiply_rounded<decimal<38, 0>>(square, decimal<38, 30>(1)),
                       R"(dec_wide(dec_mul(dec_wide(dec_mul("price", "price", 0)), ?1, 46)))",
                       R"((("price" * "price")::numeric(38,16) * $1)::numeric(38,0))");
}

TEST_CASE("factors are of any decimal types, and may be values", "[mapping][expression]") {
    const auto e = multiply_rounded<money>(decimal<10, 6>::parse("1.25"), col<&sample::lots> - 1);
    check_both<sample>(e,
                       R"(int_fit(dec_mul(?1, int_fit("lots" - ?2, -99999, 99999), 2), -999999999999999999, )"
                       R"(999999999999999999))",
                       R"(($1 * ("lots" - $2)::numeric(5,0))::numeric(18,4))");
    CHECK(bound(e) == "1250000|1");
}

TEST_CASE("a product may be NULL where a factor may", "[mapping][expression]") {
    STATIC_REQUIRE(
        decltype(multiply_rounded<money>(col<&sample::price>, col<&sample::o_price>))::may_be_null);
    STATIC_REQUIRE_FALSE(
        decltype(multiply_rounded<money>(col<&sample::price>, col<&sample::price>))::may_be_null);
}

TEST_CASE("a product is in memory what it is in the engine", "[mapping][expression]") {
    sample row;
    row.price = decimal<18, 8>::parse("0.00005");
    const auto square = multiply_rounded<money>(col<&sample::price>, decimal<18, 8>(-1));
    const auto unknown = multiply_rounded<money>(col<&sample::price>, col<&sample::o_price>);
    CHECK(hawser::detail::evaluate(square, row) == money::parse("-0.0001"));
    CHECK_FALSE(hawser::detail::evaluate(unknown, row).has_value());
    row.price = decimal<18, 8>::max();
    const auto large = multiply_rounded<money>(col<&sample::price>, row.price);
    CHECK_THROWS_AS(hawser::detail::evaluate(large, row), hawser::error);
}

TEST_CASE("coalesce takes a value that may be missing", "[mapping][expression]") {
    const std::optional<decimal<18, 8>> given(2), none;
    const auto e = hawser::coalesce(given, col<&sample::price>);
    check_both<sample>(e, R"(coalesce(?1, "price"))", R"(coalesce($1, "price"))");
    CHECK(bound(e) == "200000000");
    CHECK(bound(hawser::coalesce(none, col<&sample::price>)) == "null");
    STATIC_REQUIRE_FALSE(decltype(e)::may_be_null);
    sample row;
    row.price = 7;
    CHECK(hawser::detail::evaluate(e, row) == decimal<18, 8>(2));
    CHECK(hawser::detail::evaluate(hawser::coalesce(none, col<&sample::price>), row) == decimal<18, 8>(7));
}
