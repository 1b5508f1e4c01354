#include "support/catch.hpp"
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/select/page.hpp>
#include <hawser/mapping/select/pluck.hpp>
#include <hawser/mapping/select/returning.hpp>
#include "app_schema.hpp"
#include "texts.hpp"

using namespace hawser::detail;
using app::account;
using app::venue;
using hawser::asc;
using hawser::col;
using hawser::desc;
using mapping_test::check_text;
using mapping_test::postgres_text;
using mapping_test::sqlite_text;

namespace {

using by_owner = decltype(col<&account::owner> == "ada");
template <class... O>
auto after(const account& row, O...) {
    return after_row<account, O...>(row);
}

} // namespace

TEST_CASE("a page of one direction without NULLs begins behind a row value", "[mapping][text]") {
    const auto one = after(account{}, asc<&account::id>);
    CHECK(sqlite_text<account>(one) == R"("id" > ?1)");
    const auto two = after(account{}, desc<&account::created_at>, desc<&account::id>);
    CHECK(sqlite_text<account>(two) == R"(("created_at", "id") < (?1, ?2))");
    CHECK(postgres_text<account>(two) == R"(("created_at", "id") < ($1, $2))");
}

TEST_CASE("a page of mixed directions is spelled column by column, and bounded by the first",
          "[mapping][text]") {
    const auto mixed = after(account{}, desc<&account::created_at>, asc<&account::owner>, asc<&account::id>);
    CHECK(sqlite_text<account>(mixed) ==
          R"(("created_at" <= ?1 and ("created_at" < ?1 or ("created_at" = ?1 and)"
          R"( ("owner" > ?2 or ("owner" = ?2 and "id" > ?3))))))");
    CHECK(postgres_text<account>(mixed) ==
          R"(("created_at" <= $1 and ("created_at" < $1 or ("created_at" = $1 and)"
          R"( ("owner" > $2 or ("owner" = $2 and "id" > $3))))))");
}

TEST_CASE("a page over a column that may be NULL has its NULLs where the order has them", "[mapping][text]") {
    const auto up = after(account{}, asc<&account::rating>, asc<&account::id>);
    CHECK(sqlite_text<account>(up) ==
          R"((("rating" > ?1 or ("rating" is null and ?1 is not null)) or ("rating" is ?1 and "id" > ?2)))");
    CHECK(postgres_text<account>(up) == R"((("rating" > $1 or ("rating" is null and $1 is not null)) or)"
                                        R"( ("rating" is not distinct from $1 and "id" > $2)))");
    const auto down = after(account{}, desc<&account::rating>, asc<&account::id>);
    CHECK(sqlite_text<account>(down) ==
          R"((("rating" < ?1 or ("rating" is not null and ?1 is null)) or ("rating" is ?1 and "id" > ?2)))");
}

TEST_CASE("the values of a page are bound in the order of the columns", "[mapping]") {
    account a;
    a.id = 7;
    a.owner = "ada";
    hawser::parameters p;
    after(a, asc<&account::owner>, desc<&account::rating>, asc<&account::id>).bind(p);
    REQUIRE(p.size() == 3);
    CHECK(p.slice(0, 3)[0].text() == "ada");
    CHECK(p.slice(0, 3)[1].is_null());
    CHECK(p.slice(0, 3)[2].integer == 7);
}

TEST_CASE("an order is total where it holds the key or a unique without NULLs", "[mapping]") {
    using by_id = std::remove_cv_t<decltype(asc<&account::id>)>;
    using by_email = std::remove_cv_t<decltype(desc<&account::email>)>;
    using by_rating = std::remove_cv_t<decltype(asc<&account::rating>)>;
    static_assert(total_order<account, by_rating, by_id>::value);
    static_assert(total_order<account, by_email>::value);
    static_assert(!total_order<account, by_rating>::value);
    using by_symbol = std::remove_cv_t<decltype(asc<&app::holding::symbol>)>;
    using by_venue = std::remove_cv_t<decltype(asc<&app::holding::venue_name>)>;
    using by_account = std::remove_cv_t<decltype(asc<&app::holding::account_id>)>;
    static_assert(
        !total_order<app::holding, by_symbol, by_venue>::value); // a unique, but venue_name may be NULL
    static_assert(!total_order<app::holding, by_symbol>::value);
    static_assert(total_order<app::holding, by_symbol, by_account>::value);
}

TEST_CASE("locks are spelled on PostgreSQL only, and make a read no longer read-only", "[mapping][text]") {
    using skipping = locked<limited, row_lock<lock_strength::update, lock_wait::skip_locked>>;
    check_text<venue, select_text<venue, every_row, skipping>>(
        {.name = "venues.select",
         .parameters = 1,
         .read_only = false,
         .sqlite = R"(select "code", "name", "parent" from "venues" limit ?1)",
         .postgres = R"(select "code", "name", "parent" from "venues" limit $1 for update skip locked)"});
    using sharing = locked<unbounded, row_lock<lock_strength::share, lock_wait::nowait>>;
    check_text<venue, select_text<venue, every_row, sharing>>(
        {.name = "venues.select",
         .parameters = 0,
         .read_only = false,
         .sqlite = R"(select "code", "name", "parent" from "venues")",
         .postgres = R"(select "code", "name", "parent" from "venues" for share nowait)"});
}

TEST_CASE("pluck selects one column, once each if asked", "[mapping][text]") {
    check_text<account, pluck_text<account, &account::rating, false, by_owner, limited,
                                   std::remove_cv_t<decltype(asc<&account::id>)>>>(
        {.name = "accounts.pluck",
         .parameters = 2,
         .read_only = true,
         .sqlite = R"(select "rating" from "accounts" where "owner" = ?1 order by "id" limit ?2)",
         .postgres = R"(select "rating" from "accounts" where "owner" = $1 order by "id" limit $2)"});
    check_text<account, pluck_text<account, &account::created_at, true, every_row, unbounded>>(
        {.name = "accounts.pluck",
         .parameters = 0,
         .read_only = true,
         .sqlite = R"(select distinct "created_at" from "accounts")",
         .postgres = R"(select distinct "created_at" from "accounts")"});
}

TEST_CASE("returning gives every column of the rows that are changed", "[mapping][text]") {
    using rename = decltype(hawser::set<&venue::name>("x"));
    using named = decltype(col<&venue::name> == "a");
    check_text<venue, returning_text<venue, update_where_text<venue, named, rename>>>(
        {.name = "venues.update_where",
         .parameters = 2,
         .read_only = false,
         .sqlite = R"(update "venues" set "name" = ?1 where "name" = ?2 returning "code", "name", "parent")",
         .postgres =
             R"(update "venues" set "name" = $1 where "name" = $2 returning "code", "name", "parent")"});
    check_text<venue, returning_text<venue, erase_where_text<venue, every_row>>>(
        {.name = "venues.erase_where",
         .parameters = 0,
         .read_only = false,
         .sqlite = R"(delete from "venues" returning "code", "name", "parent")",
         .postgres = R"(delete from "venues" returning "code", "name", "parent")"});
}
