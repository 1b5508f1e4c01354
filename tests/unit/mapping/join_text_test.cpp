#include "support/catch.hpp"
#include <hawser/mapping/select/join.hpp>
#include <hawser/mapping/select/pluck.hpp>
#include <hawser/mapping/select/project.hpp>
#include <hawser/mapping/select/total.hpp>
#include "app_schema.hpp"
#include "texts.hpp"

using namespace hawser::detail;
using app::account;
using app::holding;
using app::venue;
using hawser::col;
using mapping_test::check_text;

namespace {

using at_home = joined<venue, outer_linked<&venue::parent, venue>>;
using with_parent = mp::mp_list<mp::mp_size_t<1>>;
using by_name = std::remove_cv_t<decltype(hawser::asc<&venue::name>)>;

} // namespace

TEST_CASE("a join names its tables t0, t1, .. and meets the declared key", "[mapping][text]") {
    using both =
        with_link<with_link<holding, &holding::account_id, false>::type, &holding::venue_name, false>::type;
    using rich = decltype(col<&account::balance> > hawser::decimal<18, 2>(5));
    const std::string from = R"(select count(*) from "odd ""table""; $1 ? --'s" t0)"
                             R"( join "accounts" t1 on t1."id" = t0."account_id")"
                             R"( join "venues" t2 on t2."name" = t0."venue_name" where t1."balance" > )";
    check_text<holding, count_text<both, rich>>({.name = R"(odd "table"; $1 ? --'s.count)",
                                                 .parameters = 1,
                                                 .read_only = true,
                                                 .sqlite = from + "?1",
                                                 .postgres = from + "$1"});
}

TEST_CASE("an include selects the columns of every table", "[mapping][text]") {
    const std::string text = R"(select t0."code", t0."name", t0."parent", t1."code", t1."name", t1."parent")"
                             R"( from "venues" t0 left join "venues" t1 on t1."code" = t0."parent")"
                             R"( order by t0."name" limit )";
    check_text<venue, joined_text<at_home, with_parent, every_row, limited, by_name>>(
        {.name = "venues.select",
         .parameters = 1,
         .read_only = true,
         .sqlite = text + "?1",
         .postgres = text + "$1"});
}

TEST_CASE("a member of a table without a row is plucked as an optional", "[mapping][text]") {
    using guest = with_link<venue, &venue::parent, true>::type;
    using at_account = with_link<holding, &holding::account_id, true>::type;
    using at_venue = with_link<holding, &holding::venue_name, true>::type;
    STATIC_REQUIRE(std::is_same_v<plucked<guest, &venue::name>, std::string>);
    STATIC_REQUIRE(std::is_same_v<plucked<at_account, &account::owner>, std::string>);
    STATIC_REQUIRE(std::is_same_v<plucked<at_account, &account::rating>, std::optional<std::int32_t>>);
    STATIC_REQUIRE(std::is_same_v<plucked<at_venue, &venue::code>, std::optional<std::string>>);
    STATIC_REQUIRE(std::is_same_v<plucked<at_venue, &venue::parent>, std::optional<std::string>>);
    using by_code = std::remove_cv_t<decltype(hawser::asc<&venue::code>)>;
    const std::string text = R"(select distinct t1."code" from "odd ""table""; $1 ? --'s" t0)"
                             R"( left join "venues" t1 on t1."name" = t0."venue_name" order by t1."code")";
    check_text<holding, pluck_text<at_venue, &venue::code, true, every_row, unbounded, by_code>>(
        {.name = R"(odd "table"; $1 ? --'s.pluck)",
         .parameters = 0,
         .read_only = true,
         .sqlite = text + " nulls last",
         .postgres = text});
}

TEST_CASE("a projection is spelled in the order of SQL, and numbers its placeholders so", "[mapping][text]") {
    using twice = decltype(col<&account::rating> * 2);
    using total = decltype(hawser::sum(col<&account::id>));
    using owner = hawser::column<&account::owner>;
    using active = decltype(col<&account::active> == true);
    using many = decltype(hawser::count_all() > 3);
    using largest = decltype(hawser::sum(col<&account::id>).desc());
    check_text<account, project_text<account, false, mp::mp_list<owner, total>, mp::mp_list<owner>, many,
                                     active, limited, largest>>(
        {.name = "accounts.project",
         .parameters = 3,
         .read_only = true,
         .sqlite = R"(select "owner", sum("id") from "accounts" where "active" = ?1 group by "owner")"
                   R"( having count(*) > ?2 order by sum("id") desc nulls first limit ?3)",
         .postgres =
             R"(select "owner", sum("id")::bigint from "accounts" where "active" = $1 group by "owner")"
             R"( having count(*) > $2 order by sum("id")::bigint desc limit $3)"});
    check_text<account,
               project_text<account, true, mp::mp_list<twice>, mp::mp_list<>, every_row, active, unbounded>>(
        {.name = "accounts.project",
         .parameters = 2,
         .read_only = true,
         .sqlite =
             R"(select distinct int_fit("rating" * ?1, -2147483648, 2147483647) from "accounts" where "active" = ?2)",
         .postgres = R"(select distinct ("rating" * $1) from "accounts" where "active" = $2)"});
}

TEST_CASE("what is grouped by is known again, by whatever name its table is called", "[mapping][text]") {
    using at_venue = with_link<holding, &holding::venue_name, true>::type;
    using code = hawser::column<&venue::code>;
    using placed_code = decltype(hawser::via<&holding::venue_name>(col<&venue::code>));
    using size = decltype(hawser::length(hawser::via<&holding::venue_name>(col<&venue::code>)) + 1);
    using last = decltype(hawser::of_table<venue>(col<&venue::code>).desc());
    const std::string text = R"( from "odd ""table""; $1 ? --'s" t0)"
                             R"( left join "venues" t1 on t1."name" = t0."venue_name" group by t1."code")"
                             R"( order by t1."code" desc)";
    check_text<holding, project_text<at_venue, false, mp::mp_list<placed_code, size>, mp::mp_list<code>,
                                     every_row, every_row, unbounded, last>>(
        {.name = R"(odd "table"; $1 ? --'s.project)",
         .parameters = 1,
         .read_only = true,
         .sqlite = R"(select t1."code", int_fit(length(t1."code") + ?1))" + text + " nulls first",
         .postgres = R"(select t1."code", (length(t1."code")::bigint + $1))" + text});
}

TEST_CASE("of two tables of one entity only the one that is grouped by has one value", "[mapping][text]") {
    using own = hawser::column<&venue::name>;
    using of_parent = decltype(hawser::via<&venue::parent>(col<&venue::name>));
    using groups = mp::mp_list<meant_by<at_home, own>>;
    STATIC_REQUIRE(grouped_in<at_home, groups, own>::value());
    STATIC_REQUIRE(grouped_in<at_home, groups, decltype(hawser::length(col<&venue::name>) + 1)>::value());
    STATIC_REQUIRE_FALSE(grouped_in<at_home, groups, of_parent>::value());
    STATIC_REQUIRE_FALSE(
        grouped_in<at_home, groups,
                   decltype(hawser::via<&venue::parent>(hawser::length(col<&venue::name>)))>::value());
    STATIC_REQUIRE(
        grouped_in<at_home, groups,
                   decltype(hawser::via<&venue::parent>(hawser::max(col<&venue::name>)))>::value());
}

TEST_CASE("a total is one aggregate over the rows of the condition", "[mapping][text]") {
    check_text<account, total_text<account, decltype(hawser::max(col<&account::balance>)), every_row>>(
        {.name = "accounts.total",
         .parameters = 0,
         .read_only = true,
         .sqlite = R"(select max("balance") from "accounts")",
         .postgres = R"(select max("balance") from "accounts")"});
}
