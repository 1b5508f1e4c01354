#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/expression.hpp>
#include <limits>
#include <vector>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::account;
using app::holding;
using app::sample;
using app::side;
using hawser::col;
using hawser::field_type;
using hawser::parameters;
using hawser::set;
using mapping_test::bound;
using mapping_test::check_both;
using mapping_test::kind_of;

TEST_CASE("comparisons write the column, the sign and a placeholder", "[mapping][expression]") {
    check_both<account>(col<&account::id> == 1, R"("id" = ?1)", R"("id" = $1)");
    check_both<account>(col<&account::id> != 1, R"("id" <> ?1)", R"("id" <> $1)");
    check_both<account>(col<&account::id> < 1, R"("id" < ?1)", R"("id" < $1)");
    check_both<account>(col<&account::id> <= 1, R"("id" <= ?1)", R"("id" <= $1)");
    check_both<account>(col<&account::id> > 1, R"("id" > ?1)", R"("id" > $1)");
    check_both<account>(col<&account::id> >= 1, R"("id" >= ?1)", R"("id" >= $1)");
    check_both<account>(1 < col<&account::id>, R"(?1 < "id")", R"($1 < "id")");
    check_both<account>(col<&account::owner> == col<&account::email>, R"("owner" = "email")",
                        R"("owner" = "email")");
}

TEST_CASE("an inherited member is a column of the entity that is asked", "[mapping][expression]") {
    check_both<account>(col<&account::row_version> == 1, R"("row_version" = ?1)", R"("row_version" = $1)");
    check_both<holding>(col<&account::row_version> == 1, R"("row_version" = ?1)", R"("row_version" = $1)");
}

TEST_CASE("and, or and not keep their order by parentheses", "[mapping][expression]") {
    const auto e =
        (col<&account::id> == 1 || col<&account::owner> == "b") && !(col<&account::active> == true);
    check_both<account>(e, R"((("id" = ?1 or "owner" = ?2) and not ("active" = ?3)))",
                        R"((("id" = $1 or "owner" = $2) and not ("active" = $3)))");
    CHECK(bound(e) == "1|b|1");
}

TEST_CASE("NULL is asked for by name", "[mapping][expression]") {
    check_both<account>(col<&account::rating>.is_null(), R"("rating" is null)", R"("rating" is null)");
    check_both<account>(col<&account::rating>.is_not_null(), R"("rating" is not null)",
                        R"("rating" is not null)");
}

TEST_CASE("between takes values and columns", "[mapping][expression]") {
    const auto values = col<&account::balance>.between(1, hawser::decimal<18, 2>::from_scaled(250));
    check_both<account>(values, R"("balance" between ?1 and ?2)", R"("balance" between $1 and $2)");
    CHECK(bound(values) == "100|250");
    const auto columns = col<&sample::i64>.between(-1, col<&sample::o_i64>);
    check_both<sample>(columns, R"("i64" between ?1 and "o_i64")", R"("i64" between $1 and "o_i64")");
    CHECK(bound(columns) == "-1");
}

TEST_CASE("in has one text for any number of values", "[mapping][expression]") {
    const auto two = col<&account::owner>.in("a", std::string("b"));
    const auto none = col<&account::owner>.in();
    const auto list = col<&account::owner>.in(std::vector<std::string>{"x", "y", "z"});
    STATIC_REQUIRE(std::is_same_v<decltype(two), decltype(none)>);
    STATIC_REQUIRE(std::is_same_v<decltype(two), decltype(list)>);
    check_both<account>(two, R"("owner" in (select value from json_each(?1)))", R"("owner" = any($1))");
    CHECK(bound(two) == "text[a,b]");
    CHECK(bound(none) == "text[]");
    CHECK(bound(list) == "text[x,y,z]");
}

TEST_CASE("in lists values as they are stored", "[mapping][expression]") {
    CHECK(bound(col<&sample::side>.in(side::buy, side::sell)) == "text[BUY,seller's]");
    CHECK(bound(col<&sample::price>.in(1, hawser::decimal<18, 8>::from_scaled(5))) == "decimal[100000000,5]");
    CHECK(bound(col<&sample::flag>.in(true, false)) == "boolean[1,0]");
    CHECK(bound(col<&sample::at>.in(hawser::timestamp(std::chrono::seconds(2)))) == "timestamp[2000000]");
    CHECK(bound(col<&sample::o_i16>.in(-7, 8L)) == "integer[-7,8]");
    CHECK(bound(col<&sample::f64>.in(0.5, 3)) == "floating point[0.500000,3.000000]");
}

TEST_CASE("ilike escapes by backslash on both engines", "[mapping][expression]") {
    const auto e = col<&account::owner>.ilike(R"(50\%%)");
    check_both<account>(e, R"("owner" like ?1 escape '\')", R"("owner" ilike $1 escape '\')");
    CHECK(bound(e) == R"(50\%%)");
}

TEST_CASE("arithmetic keeps its order, and its results within the type", "[mapping][expression]") {
    const auto e = set<&sample::i32>((col<&sample::i32> + 2) * (3 - col<&sample::i32>));
    check_both<sample>(e,
                       R"("i32" = int_fit(int_fit("i32" + ?1, -2147483648, 2147483647) * )"
                       R"(int_fit(?2 - "i32", -2147483648, 2147483647), -2147483648, 2147483647))",
                       R"("i32" = (("i32" + $1) * ($2 - "i32")))");
    CHECK(bound(e) == "2|3");
}

TEST_CASE("a product of decimals keeps its scale", "[mapping][expression]") {
    const auto e = col<&sample::price> * col<&sample::price> > 2;
    check_both<sample>(
        e, R"(int_fit(dec_mul("price", "price", 8), -999999999999999999, 999999999999999999) > ?1)",
        R"(("price" * "price")::numeric(18,8) > $1)");
    CHECK(bound(e) == "200000000");
}

TEST_CASE("least and greatest pass over NULL on both engines, binding each value once",
          "[mapping][expression]") {
    check_both<sample>(hawser::least(col<&sample::i32>, 5), R"(min("i32", ?1))", R"(least("i32", $1))");
    const auto e = hawser::greatest(col<&sample::o_i32> + 1, 5);
    check_both<sample>(e,
                       R"(coalesce(max(int_fit("o_i32" + ?1, -2147483648, 2147483647), ?2), )"
                       R"(int_fit("o_i32" + ?1, -2147483648, 2147483647), ?2))",
                       R"(greatest(("o_i32" + $1), $2))");
    CHECK(bound(e) == "1|5");
    const auto behind = hawser::least(col<&sample::o_i32>, 5) == 6;
    check_both<sample>(behind, R"(coalesce(min("o_i32", ?1), "o_i32", ?1) = ?2)",
                       R"(least("o_i32", $1) = $2)");
    CHECK(bound(behind) == "5|6");
}

TEST_CASE("set takes a value, an optional, nullopt or an expression", "[mapping][expression]") {
    CHECK(bound(set<&account::owner>("x")) == "x");
    CHECK(bound(set<&account::rating>(4)) == "4");
    CHECK(bound(set<&account::rating>(std::optional<int>())) == "null");
    CHECK(bound(set<&account::rating>(std::optional<short>(3))) == "3");
    check_both<account>(set<&account::rating>(std::nullopt), R"("rating" = null)", R"("rating" = null)");
    check_both<account>(set<&account::owner>(col<&account::email>), R"("owner" = "email")",
                        R"("owner" = "email")");
}

TEST_CASE("a value is bound as one of the column's type", "[mapping][expression]") {
    parameters p;
    (col<&sample::f64> == 3).bind(p);
    (col<&sample::price> == 3).bind(p);
    (col<&sample::flag> == true).bind(p);
    (col<&sample::at> == std::chrono::sys_days{}).bind(p);
    (col<&sample::phase> == app::phase::closed).bind(p);
    const auto fields = p.slice(0, p.size());
    CHECK(fields[0].type == field_type::float64);
    CHECK(fields[0].real == 3.0);
    CHECK(fields[1].type == field_type::decimal);
    CHECK(fields[1].scale == 8);
    CHECK(fields[2].type == field_type::boolean);
    CHECK(fields[3].type == field_type::instant);
    CHECK(fields[4].text() == "closed");
}

TEST_CASE("an integer beyond the column's type is refused, not wrapped", "[mapping][expression]") {
    using hawser::errc;
    CHECK(kind_of([] { (void)(col<&sample::i16> == 70000); }) == errc::out_of_range);
    CHECK(kind_of([] { (void)(col<&sample::u8> > -1); }) == errc::out_of_range);
    CHECK(kind_of([] { (void)set<&sample::i8>(128); }) == errc::out_of_range);
    CHECK(kind_of([] { (void)col<&sample::u16>.in(1, 65536); }) == errc::out_of_range);
    CHECK(kind_of([] { (void)col<&sample::i32>.between(0, 1LL << 31); }) == errc::out_of_range);
    CHECK(kind_of([] { (void)set<&sample::o_i8>(std::optional<int>(-129)); }) == errc::out_of_range);
    CHECK(kind_of([] { (void)(col<&sample::i64> == std::numeric_limits<std::uint64_t>::max()); }) ==
          errc::out_of_range);
    CHECK(bound(col<&sample::i16> == 32767) == "32767");
    CHECK(bound(set<&sample::i8>(-128)) == "-128");
}
