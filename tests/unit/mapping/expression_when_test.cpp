#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::account;
using hawser::col;
using hawser::when;
using mapping_test::bound;
namespace detail = hawser::detail;

namespace {

struct texts {
    template <class W>
    using text = detail::count_text<account, W>;
};
template <class W>
const hawser::statement& counting(const W& where) {
    return detail::statement_where<account, texts>(where);
}
template <class W>
std::string_view sql(const W& where) {
    return counting(where).text(hawser::dialect::sqlite);
}
constexpr std::string_view every = R"(select count(*) from "accounts")";

} // namespace

TEST_CASE("a filter that is not asked for leaves no trace", "[mapping][expression]") {
    const auto filtered = [](std::optional<std::string> owner, bool active) {
        return col<&account::owner>.equals_if(owner) && when(active, col<&account::active> == true);
    };
    CHECK(sql(filtered("a", true)) ==
          R"(select count(*) from "accounts" where ("owner" = ?1 and "active" = ?2))");
    CHECK(bound(filtered("a", true)) == "a|1");
    CHECK(sql(filtered("a", false)) == R"(select count(*) from "accounts" where "owner" = ?1)");
    CHECK(bound(filtered("a", false)) == "a");
    CHECK(sql(filtered({}, true)) == R"(select count(*) from "accounts" where "active" = ?1)");
    CHECK(bound(filtered({}, true)) == "1");
    CHECK(sql(filtered({}, false)) == every);
    CHECK(bound(filtered({}, false)).empty());
    CHECK(counting(filtered({}, true)).text(hawser::dialect::postgres) ==
          R"(select count(*) from "accounts" where "active" = $1)");
}

TEST_CASE("the statement is the same as without when", "[mapping][expression]") {
    const auto fixed = col<&account::id> > 1 && col<&account::owner> == "b";
    const auto filtered = col<&account::id> > 1 && when(true, col<&account::owner> == "b");
    CHECK(&counting(filtered) == &counting(fixed));
    CHECK(counting(filtered).parameters() == 2);
}

TEST_CASE("a filter that is not asked for has no part in or and not", "[mapping][expression]") {
    const auto either = [](bool one, bool two) {
        return !(when(one, col<&account::id> == 1) || when(two, col<&account::id> == 2));
    };
    CHECK(sql(either(true, true)) ==
          R"(select count(*) from "accounts" where not (("id" = ?1 or "id" = ?2)))");
    CHECK(sql(either(false, true)) == R"(select count(*) from "accounts" where not ("id" = ?1))");
    CHECK(bound(either(false, true)) == "2");
    CHECK(sql(either(false, false)) == every);
}

TEST_CASE("a value makes its condition", "[mapping][expression]") {
    const auto at_least = [](std::optional<int> rating) {
        return when(rating, [](int r) { return col<&account::rating> >= r; });
    };
    CHECK(sql(at_least(3)) == R"(select count(*) from "accounts" where "rating" >= ?1)");
    CHECK(bound(at_least(3)) == "3");
    CHECK(sql(at_least({})) == every);
}

TEST_CASE("whether a condition may vanish is known to the compiler", "[mapping][expression]") {
    using filter = decltype(when(true, col<&account::id> == 1));
    using fixed = decltype(col<&account::id> == 1);
    STATIC_REQUIRE(detail::may_be_every_row<filter>);
    STATIC_REQUIRE(detail::may_be_every_row<detail::every_row>);
    STATIC_REQUIRE_FALSE(detail::may_be_every_row<fixed>);
    STATIC_REQUIRE_FALSE(detail::may_be_every_row<detail::logic<'&', filter, fixed>>);
    STATIC_REQUIRE(detail::filters_in<detail::logic<'&', filter, filter>> == 2);
}
