#include "sqlite/connection.hpp"
#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <optional>
#include <sqlite3.h>

using namespace hawser::sqlite;
using hawser::errc;

namespace {

struct functions {
    connection c{settings{}, role::sole};

    // As text; NULL is nothing.
    std::optional<std::string> operator()(const std::string& expression) {
        prepared p(c.handle(), "select " + expression);
        const int code = p.step();
        if (code != SQLITE_ROW) hawser::throw_error(kind(code), sqlite3_errmsg(c.handle()));
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(p.handle(), 0));
        return text ? std::optional<std::string>(text) : std::nullopt;
    }
    static errc kind(int code) { return code == SQLITE_ERROR ? errc::out_of_range : errc::misuse; }
};

constexpr const char* big = "9223372036854775807";

std::string values(const std::string& list) {
    return "(select column1 as x from (values " + list + "))";
}

} // namespace

TEST_CASE("dec_sum adds exactly and beyond 64 bits", "[sqlite]") {
    functions f;
    CHECK(f("dec_sum(x) from " + values("(1), (2), (-5)")) == "-2");
    const std::string three = values("(" + std::string(big) + "), (" + big + "), (" + big + ")");
    CHECK(f("dec_text(dec_sum(x), 0) from " + three) == "27670116110564327421");
    CHECK(f("typeof(dec_sum(x)) from " + three) == "blob");
    CHECK(f("dec_text(dec_sum(x), 8) from " + three) == "276701161105.64327421");
    CHECK(f("typeof(dec_sum(x)) from " + values("(" + std::string(big) + "), (1), (-1)")) == "integer");
}

TEST_CASE("dec_sum adds what a sum has become too large for INTEGER", "[sqlite]") {
    functions f;
    const std::string sums =
        "(select dec_sum(x) as s from " + values("(" + std::string(big) + "), (" + big + ")") + ")";
    CHECK(f("dec_text(dec_sum(s), 0) from (select s from " + sums + " union all select -1)") ==
          "18446744073709551613");
}

TEST_CASE("dec_sum leaves NULL out and is NULL for no rows", "[sqlite]") {
    functions f;
    CHECK(f("dec_sum(x) from " + values("(1), (null), (2)")) == "3");
    CHECK(f("dec_sum(x) from " + values("(null)")) == std::nullopt);
    CHECK(f("dec_sum(x) from " + values("(1)") + " where x > 1") == std::nullopt);
}

TEST_CASE("dec_sum keeps the groups of a query apart", "[sqlite]") {
    functions f;
    CHECK(f("group_concat(s) from (select dec_sum(column2) as s from (values (1, 10), (2, 20), (1, 5)) group "
            "by column1)") == "15,20");
}

TEST_CASE("dec_mul rounds half away from zero, as numeric does", "[sqlite]") {
    functions f;
    CHECK(f("dec_mul(15, 20, 1)") == "30");
    CHECK(f("dec_mul(15, 1, 1)") == "2");
    CHECK(f("dec_mul(-15, 1, 1)") == "-2");
    CHECK(f("dec_mul(14, 1, 1)") == "1");
    CHECK(f("dec_mul(7, 3, 0)") == "21");
}

TEST_CASE("dec_mul is exact beyond 64 bits", "[sqlite]") {
    functions f;
    CHECK(f("dec_text(dec_mul(" + std::string(big) + ", " + big + ", 0), 0)") ==
          "85070591730234615847396907784232501249");
    CHECK(f("dec_mul(" + std::string(big) + ", 100000000, 8)") == big);
}

TEST_CASE("dec_text writes the point where the scale says", "[sqlite]") {
    functions f;
    CHECK(f("dec_text(-150, 2)") == "-1.50");
    CHECK(f("dec_text(5, 3)") == "0.005");
    CHECK(f("dec_text(7, 0)") == "7");
    CHECK(f("dec_text(-9223372036854775808, 8)") == "-92233720368.54775808");
}

TEST_CASE("the decimal functions are NULL where an argument is", "[sqlite]") {
    functions f;
    CHECK(f("dec_mul(null, 1, 0)") == std::nullopt);
    CHECK(f("dec_mul(1, null, 0)") == std::nullopt);
    CHECK(f("dec_mul(1, 1, null)") == std::nullopt);
    CHECK(f("dec_text(null, 0)") == std::nullopt);
    CHECK(f("dec_text(1, null)") == std::nullopt);
}

TEST_CASE("what is no scaled decimal is refused, not guessed", "[sqlite]") {
    functions f;
    const std::string expression =
        GENERATE(as<std::string>{}, "dec_sum(x) from (select 1.5 as x)", "dec_sum(x) from (select 'a' as x)",
                 "dec_sum(x) from (select x'00' as x)", "dec_mul(1.0, 1, 0)", "dec_mul(1, '1', 0)",
                 "dec_mul(1, 1, -1)", "dec_mul(1, 1, 39)", "dec_mul(1, 1, 'a')", "dec_text('1', 0)",
                 "dec_text(1, -1)", "dec_text(1, 100)");
    CHECK_THROWS_AS(f(expression), hawser::error);
}

TEST_CASE("a result that no decimal can hold is out of range", "[sqlite]") {
    functions f;
    const std::string huge = "dec_mul(" + std::string(big) + ", " + big + ", 0)";
    CHECK_THROWS_AS(f("dec_mul(" + huge + ", 1000, 0)"), hawser::error);
    CHECK_THROWS_AS(f("dec_sum(x) from (select " + huge + " as x union all select " + huge +
                      " union all select " + huge + ")"),
                    hawser::error);
}

TEST_CASE("the decimal functions serve in a view of a schema that is not trusted", "[sqlite]") {
    functions f;
    f.c.run_script("create table t (a integer); insert into t values (150), (250); create view v as select "
                   "dec_text(dec_sum(a), 2) as s from t;");
    CHECK(f("s from v") == "4.00");
}
