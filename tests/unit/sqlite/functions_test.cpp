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

TEST_CASE("dec_mul drops as many digits as two scales have", "[sqlite]") {
    functions f;
    const std::string half = "dec_mul(dec_mul(5000000000, 10000000000, 0), 10000000000, 0)"; // 5 and 29 zeros
    CHECK(f("dec_text(dec_mul(" + half + ", " + half + ", 59), 0)") == "3");                 // of 2.5
    CHECK(f("dec_text(dec_mul(" + half + ", " + half + ", 60), 0)") == "0");
    CHECK(f("dec_text(dec_mul(-2, " + half + ", 30), 0)") == "-1");
    CHECK(f("dec_mul(1, 1, 76)") == "0");
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
    CHECK(f("dec_abs(null)") == std::nullopt);
    CHECK(f("dec_mean(x, 0) from " + values("(null)")) == std::nullopt);
    CHECK(f("dec_mean(x, null) from " + values("(1)")) == std::nullopt);
}

TEST_CASE("dec_add, dec_sub and dec_avg take scaled integers and wide decimals", "[sqlite]") {
    functions f;
    CHECK(f("dec_add(2, -5)") == "-3");
    CHECK(f("dec_sub(2, -5)") == "7");
    CHECK(f("dec_avg(x) from " + values("(1), (2), (null)")) == "2");
    CHECK(f("dec_avg(x) from " + values("(-1), (-2)")) == "-2");
    CHECK(f("dec_avg(x) from " + values("(1)") + " where x > 1") == std::nullopt);
    CHECK(f("dec_text(dec_add(dec_wide(2), 3), 0)") == "5");
    CHECK(f("dec_text(dec_sub(2, dec_wide(3)), 1)") == "-0.1");
    CHECK(f("dec_add(null, 3)") == std::nullopt);
    CHECK(f("dec_sub(3, null)") == std::nullopt);
    CHECK(f("dec_wide(null)") == std::nullopt);
}

TEST_CASE("dec_mean is the nearest REAL to a mean, whatever its scale", "[sqlite]") {
    functions f;
    CHECK(f("dec_mean(x, 0) from " + values("(1), (2), (null)")) == "1.5");
    CHECK(f("dec_mean(x, 0) from " + values("(dec_wide(-1)), (-2)")) == "-1.5");
    CHECK(f("dec_mean(x, 2) = 5.12 from " + values("(512)")) == "1");
    CHECK(f("dec_mean(x, 1) = 0.1 from " + values("(dec_wide(1))")) == "1");
    CHECK(f("typeof(dec_mean(x, 0)) from " + values("(4)")) == "real");
    CHECK(f("dec_mean(x, 0) from " + values("(1)") + " where x > 1") == std::nullopt);
    // Sums beyond 64 bits, and beyond what a double holds exactly.
    CHECK(f("dec_mean(x, 0) = 9223372036854775807.0 from " +
            values("(9223372036854775807), (9223372036854775807)")) == "1");
    CHECK(f("dec_mean(x, 2) = 90071992547409.93 from " + values("(9007199254740992), (9007199254740994)")) ==
          "1");
    CHECK(f("group_concat(m) from (select dec_mean(column2, 1) as m from (values (1, 10), (2, 20), (1, 5)) "
            "group by column1)") == "0.75,2.0");
}

TEST_CASE("dec_abs takes scaled integers and wide decimals", "[sqlite]") {
    functions f;
    CHECK(f("dec_abs(-5)") == "5");
    CHECK(f("typeof(dec_abs(-5))") == "integer");
    CHECK(f("dec_text(dec_abs(dec_wide(-512)), 2)") == "5.12");
    CHECK(f("dec_text(dec_abs(-9223372036854775808), 0)") == "9223372036854775808");
}

TEST_CASE("dec_fit is its value, and an error of more digits", "[sqlite]") {
    functions f;
    CHECK(f("dec_fit(999, 3)") == "999");
    CHECK(f("dec_fit(-999, 3)") == "-999");
    CHECK(f("dec_fit(0, 0)") == "0");
    CHECK(f("typeof(dec_fit(999, 3))") == "integer");
    CHECK(f("typeof(dec_fit(dec_wide(999), 3))") == "blob");
    CHECK(f("dec_fit(null, 3)") == std::nullopt);
    CHECK(f("dec_fit(1, null)") == std::nullopt);
    const std::string beyond =
        GENERATE(as<std::string>{}, "dec_fit(1000, 3)", "dec_fit(-1000, 3)", "dec_fit(dec_wide(1000), 3)",
                 "dec_fit(1, 0)", "dec_fit(1, 39)", "dec_fit(1, '1')", "dec_fit('1', 1)");
    CHECK_THROWS_AS(f(beyond), hawser::error);
}

TEST_CASE("a result is wide where an operand is, else an integer if it fits", "[sqlite]") {
    functions f;
    const std::string wide = GENERATE(as<std::string>{}, "dec_add(dec_wide(1), 1)", "dec_sub(1, dec_wide(1))",
                                      "dec_mul(dec_wide(1), 1, 0)", "dec_wide(7)",
                                      "(select dec_sum(x) from (select 1 as x union all select dec_wide(2)))",
                                      "(select dec_avg(dec_wide(2)))", "dec_add(9223372036854775807, 1)",
                                      "dec_sub(-9223372036854775807, 2)");
    CHECK(f("typeof(" + wide + ")") == "blob");
    CHECK(f("length(" + wide + ")") == "16");
    CHECK(f("typeof(dec_add(9223372036854775806, 1))") == "integer");
    CHECK(f("typeof(dec_sub(-9223372036854775807, 1))") == "integer");
}

TEST_CASE("no result has more than 38 digits", "[sqlite]") {
    functions f;
    const std::string most =
        "dec_sub(dec_mul(dec_mul(10000000000, 10000000000, 0), 100000000000000000, 0), 1)";
    const std::string all = "dec_add(dec_mul(" + most + ", 10, 0), 9)"; // 38 nines
    CHECK(f("dec_text(" + all + ", 0)") == std::string(38, '9'));
    CHECK_THROWS_AS(f("dec_add(" + all + ", 1)"), hawser::error);
    CHECK_THROWS_AS(f("dec_sub(dec_sub(0, " + all + "), 1)"), hawser::error);
    CHECK_THROWS_AS(f("dec_sum(x) from (select " + all + " as x union all select 1)"), hawser::error);
    CHECK(f("dec_text(dec_sum(x), 0) from (select " + all + " as x union all select -1)") ==
          std::string(37, '9') + "8");
}

TEST_CASE("blob_of reads hex digits and refuses all else", "[sqlite]") {
    functions f;
    CHECK(f("hex(blob_of('00ffA0b1'))") == "00FFA0B1");
    CHECK(f("typeof(blob_of(''))") == "blob");
    CHECK(f("blob_of(null)") == std::nullopt);
    const std::string wrong = GENERATE(as<std::string>{}, "'0'", "'0g'", "'g0'", "12", "x'3132'", "' 1'");
    CHECK_THROWS_AS(f("blob_of(" + wrong + ")"), hawser::error);
}

TEST_CASE("what is no scaled decimal is refused, not guessed", "[sqlite]") {
    functions f;
    const std::string expression =
        GENERATE(as<std::string>{}, "dec_sum(x) from (select 1.5 as x)", "dec_sum(x) from (select 'a' as x)",
                 "dec_sum(x) from (select x'00' as x)", "dec_mul(1.0, 1, 0)", "dec_mul(1, '1', 0)",
                 "dec_mul(1, 1, -1)", "dec_mul(1, 1, 77)", "dec_mul(1, 1, 'a')", "dec_text('1', 0)",
                 "dec_text(1, -1)", "dec_text(1, 100)", "dec_add(1.0, 1)", "dec_sub(1, '1')", "dec_abs(1.0)",
                 "dec_wide(x'00')", "dec_avg(x) from (select 1.5 as x)",
                 "dec_mean(x, 0) from (select 1.5 as x)", "dec_mean(1, 39)", "dec_mean(1, '1')");
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
