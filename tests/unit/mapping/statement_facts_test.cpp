// What statements tell an engine of themselves: how many rows they may touch, and whether they read a whole table.
#include "support/catch.hpp"
#include <hawser/mapping/conflict.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/select/join.hpp>
#include <hawser/mapping/select/pluck.hpp>
#include <hawser/mapping/update.hpp>
#include "app_schema.hpp"
#include "quantum_schema.hpp"
#include "texts.hpp"

using namespace hawser::detail;
using app::account;
using app::holding;
using app::venue;
using hawser::col;
using quantum::team;

namespace {

using by_owner = decltype(col<&account::owner> == "ada");
using newest_first = std::remove_cv_t<decltype(hawser::desc<&account::created_at>)>;
using other_owner = decltype(hawser::set<&account::owner>(std::string()));
using at_venue = with_link<holding, &holding::venue_name, true>::type;
using with_venue = mp::mp_list<mp::mp_size_t<1>>;

template <class T, class Generator>
constexpr const hawser::statement& made = statement_of<T, Generator>;

} // namespace

TEST_CASE("a statement that finds its row by the key tells that it touches one row at most", "[mapping]") {
    CHECK(made<venue, by_key_text<venue>>.one_row());
    CHECK(made<team, by_key_text<team>>.one_row());
    CHECK(made<account, insert_text<account>>.one_row());
    CHECK(made<account, insert_keyed_text<account>>.one_row());
    CHECK(made<account, upsert_text<account>>.one_row());
    CHECK(made<account, update_text<account>>.one_row());
    CHECK(made<account, patch_text<account, other_owner>>.one_row());
    CHECK(made<account, row_exists_text<account>>.one_row());
    CHECK(made<account, expect_text<account, by_owner>>.one_row());
    CHECK(made<team, restore_text<team>>.one_row());
}

TEST_CASE("what may touch many rows does not tell that it touches one", "[mapping]") {
    CHECK_FALSE(made<account, select_text<account, by_owner, limited>>.one_row());
    CHECK_FALSE(made<account, count_text<account, every_row>>.one_row());
    CHECK_FALSE(made<account, exists_text<account, by_owner>>.one_row());
    CHECK_FALSE(made<account, update_where_text<account, by_owner, other_owner>>.one_row());
    CHECK_FALSE(made<account, erase_where_text<account, by_owner>>.one_row());
    // By the key, too: what refers to the row may be erased with it.
    CHECK_FALSE(made<account, erase_text<account>>.one_row());
    CHECK_FALSE(made<team, purge_text<team>>.one_row());
}

TEST_CASE("a SELECT without a bound tells that it has many rows", "[mapping]") {
    CHECK(made<account, select_text<account, every_row, unbounded>>.many_rows());
    CHECK(made<account, select_text<account, by_owner, unbounded, newest_first>>.many_rows());
    CHECK(made<account, pluck_text<account, &account::email, false, every_row, unbounded>>.many_rows());
    CHECK(made<holding, joined_text<at_venue, with_venue, every_row, unbounded>>.many_rows());
    CHECK_FALSE(made<account, select_text<account, every_row, limited>>.many_rows());
    CHECK_FALSE(made<account, select_text<account, every_row, at_most<2>>>.many_rows());
    CHECK_FALSE(made<account, pluck_text<account, &account::email, false, every_row, limited>>.many_rows());
    CHECK_FALSE(made<holding, joined_text<at_venue, with_venue, every_row, limited>>.many_rows());
    CHECK_FALSE(made<account, by_key_text<account>>.many_rows());
    CHECK_FALSE(made<account, count_text<account, every_row>>.many_rows());
}

TEST_CASE("only the rows of a table, all of them, are told as a whole table", "[mapping]") {
    CHECK(made<account, select_text<account, every_row, unbounded>>.whole_table());
    CHECK(made<account, select_text<account, every_row, unbounded, newest_first>>.whole_table());
    CHECK_FALSE(made<account, select_text<account, by_owner, unbounded>>.whole_table());
    CHECK_FALSE(made<account, select_text<account, every_row, limited>>.whole_table());
    // Those that are marked as deleted are left out.
    CHECK_FALSE(made<team, select_text<team, every_row, unbounded>>.whole_table());
    // Fewer rows, or more.
    CHECK_FALSE(
        made<account, pluck_text<account, &account::email, true, every_row, unbounded>>.whole_table());
    CHECK_FALSE(made<holding, joined_text<at_venue, with_venue, every_row, unbounded>>.whole_table());
}
