#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::sample;
using hawser::col;
using mapping_test::bound;
using mapping_test::check_both;

TEST_CASE("rows and values are counted", "[mapping][expression]") {
    check_both<sample>(hawser::count_all() > 1, R"(count(*) > ?1)", R"(count(*) > $1)");
    check_both<sample>(hawser::count(col<&sample::o_i32>), R"(count("o_i32"))", R"(count("o_i32"))");
    check_both<sample>(hawser::count_distinct(col<&sample::word>), R"(count(distinct "word"))",
                       R"(count(distinct "word"))");
    STATIC_REQUIRE_FALSE(decltype(hawser::count(col<&sample::o_i32>))::may_be_null);
}

TEST_CASE("sums are exact", "[mapping][expression]") {
    check_both<sample>(hawser::sum(col<&sample::i32>), R"(sum("i32"))", R"(sum("i32")::bigint)");
    STATIC_REQUIRE(std::is_same_v<decltype(hawser::sum(col<&sample::i32>))::value_type, std::int64_t>);
    check_both<sample>(hawser::sum(col<&sample::f32>), R"(sum("f32"))", R"(sum("f32"::double precision))");
    STATIC_REQUIRE(std::is_same_v<decltype(hawser::sum(col<&sample::f32>))::value_type, double>);
    check_both<sample>(hawser::sum(col<&sample::price>), R"(dec_wide(dec_sum("price")))", R"(sum("price"))");
    STATIC_REQUIRE(
        std::is_same_v<decltype(hawser::sum(col<&sample::price>))::value_type, hawser::decimal<38, 8>>);
}

TEST_CASE("means are floats", "[mapping][expression]") {
    check_both<sample>(hawser::avg(col<&sample::i32>), R"(avg("i32"))", R"(avg("i32")::double precision)");
    check_both<sample>(hawser::avg(col<&sample::price>) > 0.5, R"(dec_mean("price", 8) > ?1)",
                       R"(avg("price")::double precision > $1)");
}

TEST_CASE("extremes have the type of their values, and none of no rows", "[mapping][expression]") {
    const auto e = hawser::max(col<&sample::price>) - hawser::min(col<&sample::price>);
    check_both<sample>(
        e > 1, R"(int_fit(max("price") - min("price"), -999999999999999999, 999999999999999999) > ?1)",
        R"((max("price") - min("price"))::numeric(18,8) > $1)");
    STATIC_REQUIRE(decltype(hawser::min(col<&sample::i32>))::may_be_null);
    CHECK(bound(hawser::min(col<&sample::i64> + 3) > 1) == "3|1");
}

TEST_CASE("an aggregate is found anywhere in an expression", "[mapping][expression]") {
    using hawser::detail::has_aggregate;
    const auto with = !(col<&sample::i64> == 1 || hawser::coalesce(hawser::max(col<&sample::i64>), 1) > 2);
    const auto without = !(col<&sample::i64> == 1 || hawser::coalesce(col<&sample::o_i64>, 1) > 2);
    STATIC_REQUIRE(has_aggregate<std::remove_cv_t<decltype(with)>>);
    STATIC_REQUIRE_FALSE(has_aggregate<std::remove_cv_t<decltype(without)>>);
    STATIC_REQUIRE(has_aggregate<decltype(hawser::count_all() > 1)>);
}
