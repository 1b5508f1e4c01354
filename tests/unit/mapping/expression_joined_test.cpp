#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::account;
using app::holding;
using app::venue;
using hawser::col;
using hawser::of_table;
using hawser::via;
using hawser::detail::joined;
using hawser::detail::linked;
using hawser::detail::outer_linked;
using mapping_test::bound;
using mapping_test::check_both;

namespace {

using with_account = joined<holding, linked<&holding::account_id, account>>;
using with_both =
    joined<holding, linked<&holding::account_id, account>, linked<&holding::owner_email, account>>;
using with_parent = joined<venue, linked<&venue::parent, venue>>;
using perhaps_parent = joined<venue, outer_linked<&venue::parent, venue>>;
using perhaps_account =
    joined<holding, outer_linked<&holding::account_id, account>, linked<&holding::owner_email, account>>;

} // namespace

TEST_CASE("columns of joined tables bear the table's alias", "[mapping][expression]") {
    const auto e = col<&holding::quantity> > 0 && col<&account::active> == true;
    check_both<with_account>(e, R"((t0."quantity" > ?1 and t1."active" = ?2))",
                             R"((t0."quantity" > $1 and t1."active" = $2))");
}

TEST_CASE("inherited columns are the main entity's unless a table is named", "[mapping][expression]") {
    check_both<with_account>(col<&account::row_version> == 1, R"(t0."row_version" = ?1)",
                             R"(t0."row_version" = $1)");
    check_both<with_account>(of_table<account>(col<&account::row_version> == 1), R"(t1."row_version" = ?1)",
                             R"(t1."row_version" = $1)");
    check_both<with_account>(of_table<account>(col<&account::row_version>) == col<&holding::row_version>,
                             R"(t1."row_version" = t0."row_version")",
                             R"(t1."row_version" = t0."row_version")");
    // holding has no created_at: there is but one
    check_both<with_account>(col<&account::created_at> > hawser::timestamp(), R"(t1."created_at" > ?1)",
                             R"(t1."created_at" > $1)");
}

TEST_CASE("a table joined twice is named by the member along which it is joined", "[mapping][expression]") {
    const auto e =
        via<&holding::account_id>(col<&account::owner>) == via<&holding::owner_email>(col<&account::owner>) &&
        via<&holding::owner_email>(col<&account::id> > 3);
    check_both<with_both>(e, R"((t1."owner" = t2."owner" and t2."id" > ?1))",
                          R"((t1."owner" = t2."owner" and t2."id" > $1))");
    CHECK(bound(e) == "3");
}

TEST_CASE("a table joined to itself is the main one unless said otherwise", "[mapping][expression]") {
    check_both<with_parent>(col<&venue::name> == via<&venue::parent>(col<&venue::name>),
                            R"(t0."name" = t1."name")", R"(t0."name" = t1."name")");
}

TEST_CASE("operands that are placed have the tests of operands", "[mapping][expression]") {
    check_both<with_account>(of_table<account>(col<&account::rating> + 1).is_null(),
                             R"(int_fit(t1."rating" + ?1, -2147483648, 2147483647) is null)",
                             R"((t1."rating" + $1) is null)");
}

TEST_CASE("every column of a table that is left-joined may be NULL", "[mapping][expression]") {
    const auto parent = via<&venue::parent>(col<&venue::name>);
    check_both<perhaps_parent>(parent.is_null() && via<&venue::parent>(col<&venue::code>.is_not_null()),
                               R"((t1."name" is null and t1."code" is not null))",
                               R"((t1."name" is null and t1."code" is not null))");
    check_both<perhaps_parent>(parent.asc(), R"(t1."name" nulls last)", R"(t1."name")");
    check_both<perhaps_parent>(parent.desc(), R"(t1."name" desc nulls first)", R"(t1."name" desc)");
    check_both<perhaps_parent>(hawser::concat(parent, "!").asc(), R"((t1."name" || ?1) nulls last)",
                               R"((t1."name" || $1))");
    check_both<perhaps_parent>(hawser::coalesce(parent, "none") == "none", R"(coalesce(t1."name", ?1) = ?2)",
                               R"(coalesce(t1."name", $1) = $2)");
    check_both<perhaps_parent>(hawser::coalesce(parent, col<&venue::name>).asc(),
                               R"(coalesce(t1."name", t0."name"))", R"(coalesce(t1."name", t0."name"))");
    check_both<perhaps_parent>(hawser::least(parent, "m") == "m",
                               R"(coalesce(min(t1."name", ?1), t1."name", ?1) = ?2)",
                               R"(least(t1."name", $1) = $2)");
    check_both<perhaps_parent>(hawser::greatest(parent, col<&venue::name>).asc(),
                               R"(coalesce(max(t1."name", t0."name"), t1."name", t0."name"))",
                               R"(greatest(t1."name", t0."name"))");
}

TEST_CASE("columns of tables whose row is there are as they are declared", "[mapping][expression]") {
    check_both<perhaps_parent>(hawser::asc<&venue::name>, R"(t0."name")", R"(t0."name")");
    check_both<with_parent>(via<&venue::parent>(col<&venue::name>).asc(), R"(t1."name")", R"(t1."name")");
    check_both<perhaps_account>(via<&holding::account_id>(col<&account::owner>).asc(),
                                R"(t1."owner" nulls last)", R"(t1."owner")");
    check_both<perhaps_account>(via<&holding::owner_email>(col<&account::owner>).asc(), R"(t2."owner")",
                                R"(t2."owner")");
}

TEST_CASE("naming the only table changes nothing", "[mapping][expression]") {
    check_both<account>(of_table<account>(col<&account::id> == 1), R"("id" = ?1)", R"("id" = $1)");
}
